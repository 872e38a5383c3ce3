"""A kernel found from coarse to fine: a long motion is short in a small picture."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.blind.kernel.edges import draw_edges, next_differences
from preimage.blind.kernel.fit import NormalEquations, normal_equations
from preimage.blind.kernel.shape import centred, delta, enlarged, tidied

__all__ = ["Turns", "equations", "find_free_kernel", "inner", "sizes_of"]

_RATIO = math.sqrt(0.5)


@dataclass(frozen=True)
class Turns:
    """How many turns picture and kernel take, and what a step of the picture costs in them.

    Attributes:
        turns: on each level of the pyramid.
        first: the cost of a step of the picture in the first turn.
        last: the least it falls to.
        fall: the factor from turn to turn.
    """

    turns: int = 5
    first: float = 8e-3
    last: float = 2e-3
    fall: float = 1 / 1.1

    def times(self, factor: float) -> "Turns":
        """With all costs ``factor`` times as high."""
        return Turns(self.turns, factor * self.first, factor * self.last, self.fall)


def find_free_kernel(y: Tensor, seen: Tensor, size: int, schedule: Turns) -> Tensor:
    """The kernel (size, size) of which nothing is known, by turns of the picture and the kernel.

    The picture has few, large steps; the kernel is the non-negative one that makes their differences into those of
    ``y``. Small pictures, a step of ``sqrt(2)`` apart, tell where to begin.

    Args:
        y: the blurred picture (H, W), in [0, 1].
        seen: (H, W), one where it may be believed, zero elsewhere.
        size: the side of the kernel, odd.
        schedule: the turns.

    Source: Cho, Lee, "Fast motion deblurring", SIGGRAPH Asia 2009, for differences and the pyramid; Pan, Hu, Su, Yang,
    "Deblurring text images via L0-regularized intensity and gradient prior", CVPR 2014, for the turns and the parts.
    """
    sizes = sizes_of(size)
    weight, kernel = schedule.first, _beginning(sizes[0], y)
    for level, side in enumerate(sizes):
        factor = _RATIO ** (len(sizes) - 1 - level)
        small, trusted = _reduced(y, factor), _reduced(seen, factor)
        kernel = kernel if level == 0 else tidied(enlarged(kernel, side, 1 / _RATIO))
        for _ in range(schedule.turns):
            edges = draw_edges(small, kernel, weight)
            found = equations(edges, small, (trusted > 0.99).to(y.dtype), side).solve()
            kernel = centred(tidied(found))
            weight = max(weight * schedule.fall, schedule.last)
    return kernel


def equations(edges: Tensor, y: Tensor, seen: Tensor, size: int) -> NormalEquations:
    """What relates the differences of ``edges`` to those of ``y``, where all that was blurred is inside the picture."""
    return normal_equations(next_differences(edges), next_differences(y), seen * inner(y, size // 2 + 1), size)


def inner(y: Tensor, margin: int) -> Tensor:
    """One, but zero up to ``margin`` pixels from the border of ``y`` (H, W); no margin where nothing would be left."""
    rows, columns = (min(margin, (n - 1) // 3) for n in y.shape)
    inside = torch.zeros_like(y)
    inside[rows : y.shape[0] - rows, columns : y.shape[1] - columns] = 1
    return inside


def sizes_of(size: int) -> list[int]:
    """Odd sides of the kernel, from three or five pixels to ``size``."""
    sizes = [size]
    while sizes[-1] > 5:
        side = int(size * _RATIO ** len(sizes))
        sizes.append(max(min(side + 1 - side % 2, sizes[-1] - 2), 3))
    return sizes[::-1]


def _beginning(size: int, like: Tensor) -> Tensor:
    """Two pixels side by side."""
    kernel = delta(size, like) / 2
    kernel[size // 2, size // 2 - 1] = 0.5
    return kernel


def _reduced(x: Tensor, factor: float) -> Tensor:
    if factor == 1:
        return x
    size = (max(round(x.shape[0] * factor), 8), max(round(x.shape[1] * factor), 8))
    return F.interpolate(x[None, None], size=size, mode="bicubic", antialias=True, align_corners=False)[0, 0]
