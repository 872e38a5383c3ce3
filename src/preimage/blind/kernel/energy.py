"""How well a kernel explains a picture by few edges."""

import torch.nn.functional as F
from torch import Tensor

from preimage.blind.kernel.edges import draw_edges, next_differences
from preimage.blind.kernel.pyramid import inner

__all__ = ["energy"]

_STEP = 0.01  # from pixel to pixel; less is no edge


def energy(y: Tensor, seen: Tensor, kernel: Tensor, weight: float, margin: int) -> float:
    """The mean of ``|k * x - y|^2 + weight [x has an edge]`` for the picture ``x`` of few edges that ``kernel`` gives.

    Args:
        y: the blurred picture (H, W).
        seen: (H, W), one where it may be believed.
        kernel: (k, k), sum one.
        weight: what an edge costs.
        margin: pixels at the border that do not count, the same for kernels that are compared.
    """
    x = draw_edges(y, kernel, weight)
    counted = seen * inner(y, margin)
    reach = kernel.shape[0] // 2
    blurred = F.conv2d(F.pad(x[None, None], [reach] * 4, mode="replicate"), kernel.flip(0, 1)[None, None])[0, 0]
    edge = (next_differences(x).square().sum(0) > _STEP**2).to(y.dtype)
    cost = (blurred - y).square() + weight * edge
    return float((cost * counted).sum() / counted.sum().clamp_min(1))
