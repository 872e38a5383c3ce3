"""Kernels of one parameter: a lens out of focus, a Gaussian."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.blind.kernel.edges import draw_edges
from preimage.blind.kernel.pyramid import equations
from preimage.blind.kernel.shape import agreement

__all__ = ["Family", "Member", "best_member", "disk_family", "gaussian_family", "is_first", "most_alike"]

_FINE = 8  # samples of a pixel's side
# What a share of the cost is worth in agreement with a free kernel. Of 32 Gaussians and disks of 1.2 to 6 pixels (four
# pictures, benchmarks/blind_kernels.py) costs alone named 26 as what they are, with this it was 31.
_LOOKS = 0.45


@dataclass(frozen=True)
class Family:
    """Kernels (n, k, k) of one kind, with the parameter of each."""

    kind: str
    parameters: Tensor
    kernels: Tensor

    def nearest(self, parameter: float) -> int:
        """The member whose parameter is nearest."""
        return int((self.parameters - parameter).abs().argmin())


@dataclass(frozen=True)
class Member:
    """The kernel of a family that explains a picture best, and the share of the differences that it explains."""

    kind: str
    parameter: float
    kernel: Tensor
    explained: float


def gaussian_family(size: int, like: Tensor) -> Family:
    """``exp(-r^2 / (2 sigma^2))`` for ``sigma`` from 0.3 to ``size / 6`` in steps of 3 %, integrated over pixels."""
    widths = _steps(0.3, max(size / 6, 0.5))
    edges = torch.arange(size + 1, dtype=torch.float64) - size / 2
    profiles = torch.erf(edges / (math.sqrt(2) * widths[:, None])).diff(dim=1)
    return _family("gaussian", widths, profiles[:, :, None] * profiles[:, None, :], like)


def disk_family(size: int, like: Tensor) -> Family:
    """Uniform disks of radius from 0.5 to ``size / 2 - 1/2``, in steps of 3 %, integrated over pixels."""
    radii = _steps(0.5, max(size / 2 - 0.5, 1.0))
    fine = (torch.arange(size * _FINE, dtype=torch.float64) + 0.5) / _FINE - size / 2
    squares = fine[:, None].square() + fine.square()
    whole = [(squares <= radius**2).double() for radius in radii]
    pixels = torch.stack([each.view(size, _FINE, size, _FINE).mean((1, 3)) for each in whole])
    return _family("disk", radii, pixels, like)


def best_member(family: Family, y: Tensor, seen: Tensor, start: float, weight: float, turns: int = 6) -> Member:
    """The member found by turns of the picture and the parameter, from the member next to ``start``.

    Args:
        family: the kernels to choose from.
        y: the blurred picture (H, W).
        seen: (H, W), one where it may be believed.
        start: the first parameter.
        weight: what a step of the picture costs.
        turns: the most turns; they end where the parameter stays.
    """
    index = family.nearest(start)
    explained = torch.zeros(len(family.parameters))
    for _ in range(turns):
        edges = draw_edges(y, family.kernels[index], weight)
        explained = equations(edges, y, seen, family.kernels.shape[-1]).explained(family.kernels)
        last, index = index, int(explained.argmax())
        if index == last:
            break
    return Member(family.kind, float(family.parameters[index]), family.kernels[index], float(explained[index]))


def most_alike(family: Family, kernel: Tensor) -> int:
    """The member with the largest correlation with ``kernel`` (k, k), wherever that lies."""
    return max(range(len(family.parameters)), key=lambda index: agreement(kernel, family.kernels[index]))


def is_first(first: Tensor, second: Tensor, free: Tensor, excess: float) -> bool:
    """Whether a blur is that of ``first`` rather than that of ``second``, a Gaussian and a disk of the same width.

    Both explain a picture about as well; which of them a kernel of any shape that was found looks like tells more.

    Args:
        first: (k, k).
        second: (k, k).
        free: (k, k), what was found where nothing was assumed of the shape.
        excess: the share by which ``second`` costs more, below zero where it costs less.
    """
    return agreement(free, first) - agreement(free, second) + _LOOKS * excess > 0


def _family(kind: str, parameters: Tensor, kernels: Tensor, like: Tensor) -> Family:
    return Family(kind, parameters, (kernels / kernels.sum((1, 2), keepdim=True)).to(like))


def _steps(low: float, high: float) -> Tensor:
    count = math.ceil(math.log(high / low) / math.log(1.03)) + 1
    return torch.logspace(math.log10(low), math.log10(high), count, dtype=torch.float64)
