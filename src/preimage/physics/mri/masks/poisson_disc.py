"""Samples that keep their distance."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from preimage._ranges import check_level
from preimage.errors import ArgumentError
from preimage.physics.parameters.base import ParameterGenerator, uniforms

__all__ = ["PoissonDiscMaskGenerator"]

_LEVELS = 24  # radii that a disc may have
_STEPS = 12  # of the search for the radius


class PoissonDiscMaskGenerator(ParameterGenerator):
    """Single samples of two phase-encoding directions, none nearer to another than a radius that grows outwards.

    Aliasing of such patterns is incoherent, as of random ones, but without their clusters and holes. The radius at the
    distance ``d`` from the middle, 1 at the nearest border, is in proportion to ``1 + slope d``. Its size is searched,
    so that exactly ``round(H W / acceleration)`` samples are taken.

    Args:
        shape: (H, W), the sizes of k-space in the two directions.
        acceleration: >= 1.
        center: the side of the square in the middle that is taken whole, in samples, >= 0.
        slope: how much the radius grows, >= 0; 0 is a uniform density.

    Shapes: ``mask`` (B, 1, H, W).

    Raises:
        ArgumentError: the shape has other dimensions, a number is out of its range, or the middle alone is more than
            the acceleration allows.

    Source: Bridson, "Fast Poisson disk sampling in arbitrary dimensions", SIGGRAPH 2007; in MRI: Vasanawala et al.,
    "Practical parallel imaging compressed sensing MRI", ISBI 2011. Here samples are tried in random order.
    """

    def __init__(self, shape: tuple[int, int], acceleration: float = 4.0, center: int = 16, slope: float = 1.0) -> None:
        super().__init__()
        if len(shape) != 2 or min(shape) < 1:
            raise ArgumentError(f"`shape` must be (H, W), got {tuple(shape)}; give the sizes of k-space.")
        if not 1 <= acceleration <= math.prod(shape):
            raise ArgumentError(f"`acceleration` must be between 1 and {math.prod(shape)}, got {acceleration}.")
        check_level("slope", slope, "0 is a uniform density", zero=True)
        self.shape = (int(shape[0]), int(shape[1]))
        self.acceleration = acceleration
        self.center = center
        self.slope = slope
        middle = math.prod(min(center, size) for size in shape)
        if center < 0 or middle > self._taken:
            raise ArgumentError(
                f"`center` must be at least 0 and leave the acceleration {acceleration}, got {center}; the middle is "
                f"{middle} of {self._taken} samples."
            )

    @property
    def _taken(self) -> int:
        """How many samples are taken in all."""
        return round(math.prod(self.shape) / self.acceleration)

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """A random pattern, as the parameter ``mask``."""
        height, width = self.shape
        order = uniforms(height * width, rng).argsort().numpy()
        middle = np.zeros(self.shape, bool)
        square = tuple(slice(size // 2 - min(self.center, size) // 2, None) for size in self.shape)
        middle[square][: self.center, : self.center] = True
        order = order[~middle.ravel()[order]]
        row, column = np.ogrid[:height, :width]
        distance = np.hypot((row - height // 2) / (height / 2), (column - width // 2) / (width / 2))
        growth = 1 + self.slope * distance
        wanted = self._taken - int(middle.sum())
        taken = _search(order, growth, wanted)
        middle.ravel()[taken[:wanted]] = True
        return {"mask": torch.from_numpy(middle.astype(np.float64))[None]}


def _search(order: NDArray[np.int64], growth: NDArray[np.float64], wanted: int) -> NDArray[np.int64]:
    """The samples of the largest radius found that leaves at least ``wanted``, in the order of their choice."""
    best = order
    if wanted >= len(order):
        return best
    low = 0.0
    # Discs that keep a distance r cover at most half of the plane in random order: 0.7 / r^2 for each sample.
    high = 1.5 * math.sqrt(0.7 * float((1 / growth**2).sum()) / max(wanted, 1))
    for _ in range(_STEPS):
        scale = (low + high) / 2
        taken = _thrown(order, scale * growth)
        if len(taken) >= wanted:
            best, low = taken, scale
            if len(taken) <= 1.002 * wanted:
                break
        else:
            high = scale
    return best


def _thrown(order: NDArray[np.int64], radius: NDArray[np.float64]) -> NDArray[np.int64]:
    """Samples in their order, but for those within the radius of an earlier one."""
    height, width = radius.shape
    reach = math.ceil(float(radius.max()))
    free = np.ones((height + 2 * reach, width + 2 * reach), bool)
    low, high = float(radius.min()), float(radius.max())
    # Radii are rounded up to a few, so that their discs are made once.
    steps = np.linspace(low, high, _LEVELS)
    level = np.searchsorted(steps, radius.ravel()).clip(0, _LEVELS - 1)
    row, column = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    outside = [row**2 + column**2 >= step**2 for step in steps]
    sides = [math.ceil(float(step)) for step in steps]
    taken = []
    for index in order.tolist():
        y, x = divmod(index, width)
        if free[y + reach, x + reach]:
            taken.append(index)
            k = level[index]
            n = sides[k]
            window = free[y + reach - n : y + reach + n + 1, x + reach - n : x + reach + n + 1]
            window &= outside[k][reach - n : reach + n + 1, reach - n : reach + n + 1]
    return np.array(taken, np.int64)
