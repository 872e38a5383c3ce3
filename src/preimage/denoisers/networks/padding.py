"""Images of any size for networks that take multiples of a number."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["on_multiples"]


def on_multiples(network: Callable[[Tensor], Tensor], x: Tensor, multiple: int) -> Tensor:
    """``network(x)``, each side continued by its last pixel to a multiple of ``multiple`` and cut again.

    Args:
        network: images to images of the same size.
        x: images (B, C, H, W), or volumes (B, C, D, H, W).
        multiple: what the network takes multiples of.
    """
    if not x.numel():
        return torch.zeros_like(x)
    margins = [margin for n in reversed(x.shape[2:]) for margin in (0, -n % multiple)]
    out = network(F.pad(x, margins, mode="replicate") if any(margins) else x)
    inside = tuple(slice(n) for n in x.shape[2:])
    return out[(slice(None), slice(None), *inside)].contiguous()
