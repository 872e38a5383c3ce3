"""Learned convex priors."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._ranges import check_count, check_level, check_number
from preimage._shapes import per_image
from preimage.functional import AutodiffSmooth

__all__ = ["ICNN", "ICNNPrior"]


class ICNN(nn.Module):
    r"""A convex function of the image: ``z_{l+1} = softplus(W_l z_l + A_l x + b_l)``, then ``<w, z_L>``.

    ``W_l`` and ``w`` are not negative, ``A_l`` are free; softplus is convex and rises, so every entry of every ``z`` is
    convex in ``x``. All maps are 3x3 convolutions, zero-padded, and the last is summed over the pixels. Non-negative
    weights are the softplus of free parameters: no step of training has to be projected.

    Args:
        channels: image channels.
        width: feature channels.
        depth: layers, >= 1.

    Shapes: (B, channels, H, W) to (B,).

    Raises:
        ArgumentError: a number is out of its range.

    Source: Amos, Xu, Kolter 2017, equation 2.
    """

    def __init__(self, channels: int = 1, width: int = 32, depth: int = 4) -> None:
        super().__init__()
        check_count("depth", depth, "give a number of layers")
        self.inputs = nn.ModuleList([nn.Conv2d(channels, width, 3, padding=1) for _ in range(depth)])
        self.hidden = nn.ParameterList([_raw(width, width, 3, 3) for _ in range(depth - 1)])
        self.last = _raw(1, width, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """The value of each image, (B,)."""
        first, *others = self.inputs
        z = F.softplus(first(x))
        for weight, skip in zip(self.hidden, others, strict=True):
            z = F.softplus(F.conv2d(z, F.softplus(weight), padding=1) + skip(x))
        return F.conv2d(z, F.softplus(self.last)).flatten(1).sum(1)


class ICNNPrior(AutodiffSmooth):
    r"""``g(x) = weight (network(x) + strong / 2 ||x||^2)`` with an input-convex network: convex in ``x``.

    Args:
        network: maps images (B, C, H, W) to convex values (B,).
        weight: > 0, a float or (B,).
        strong: the weight of the quadratic, >= 0; where it is positive ``g`` is strongly convex and has one minimiser.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Mukherjee et al. 2020 (adversarial convex regularisers).
    """

    def __init__(self, network: ICNN, weight: float | Tensor = 1.0, strong: float = 0.0) -> None:
        super().__init__()
        check_number("weight", weight, "leave the prior out to have none")
        check_level("strong", strong, "zero leaves the quadratic out", zero=True)
        self.network = network
        self.weight = weight
        self.strong = strong

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return per_image(self.weight, x).flatten() * (
            self.network(x) + 0.5 * self.strong * x.square().flatten(1).sum(1)
        )


def _raw(*shape: int) -> nn.Parameter:
    """Weights whose softplus is about one over the number of inputs."""
    inputs = shape[1] * shape[2] * shape[3]
    return nn.Parameter(torch.tensor(1 / inputs).expm1().log() + 0.1 * torch.randn(shape))
