"""A part of the samples of a file."""

from collections.abc import Sequence
from dataclasses import dataclass

from preimage.errors import ArgumentError

__all__ = ["Region"]


@dataclass(frozen=True)
class Region:
    """A box of samples: those from ``start`` up to, without it, ``stop`` along each of the first axes.

    ``Region(((0, 64), (32, 96)))`` is 64 rows and 64 columns of a picture. Axes that are not named are taken whole.

    Attributes:
        bounds: ``(start, stop)`` along each axis, with ``0 <= start < stop``.

    Raises:
        ArgumentError: there is no sample between ``start`` and ``stop``.
    """

    bounds: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if not all(0 <= start < stop for start, stop in self.bounds):
            raise ArgumentError(
                f"`bounds` must be pairs of 0 <= start < stop, got {self.bounds}; write them like ((0, 64), (32, 96))."
            )

    def slices(self, shape: Sequence[int]) -> tuple[slice, ...]:
        """The slices that cut the box out of an array of this shape.

        Raises:
            ArgumentError: the box has more axes than the array, or reaches beyond it.
        """
        fits = len(self.bounds) <= len(shape) and all(
            stop <= size for (_, stop), size in zip(self.bounds, shape, strict=False)
        )
        if not fits:
            raise ArgumentError(f"`region` must lie within {tuple(shape)}, got {self.bounds}; make it smaller.")
        return tuple(slice(start, stop) for start, stop in self.bounds)
