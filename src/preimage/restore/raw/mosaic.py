"""A mosaic of red, green and blue as pictures of half the size, and back."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from typing_extensions import Self

from preimage.errors import ImageFileError
from preimage.files import Layout

__all__ = ["Mosaic", "is_mosaic"]


def is_mosaic(layout: Layout) -> bool:
    """Whether an array is what the sensor of a camera saw."""
    return {"pattern", "black"} <= layout.metadata.keys()


@dataclass(frozen=True)
class Mosaic:
    """What is known of a mosaic of 2 x 2 cells.

    Attributes:
        pattern: the colours of the cell at the top left, row by row, like ``RGGB``.
        black: the black level of each of them, in numbers of the sensor.
        white: the white level.
    """

    pattern: str
    black: tuple[float, ...]
    white: float

    @classmethod
    def of(cls, layout: Layout) -> Self:
        """That of a raw picture.

        Raises:
            ImageFileError: its cells are not of one red, two green and one blue, or white is not above black.
        """
        pattern, black = str(layout.metadata["pattern"]), tuple(float(level) for level in layout.metadata["black"])
        white = float(layout.limits[1]) if layout.limits is not None else 0.0
        if sorted(pattern) != list("BGGR"):
            raise ImageFileError(
                f"`input` must be a mosaic of red, green and blue, got cells of {pattern}; develop it."
            )
        if not white > max(black):
            raise ImageFileError(f"`input` must have a white level above the black, got {white:g} and {max(black):g}.")
        return cls(pattern, black, white)

    def planes(self, values: np.ndarray) -> Tensor:
        """The four half-size planes (4, h, w) of a mosaic, black 0 and white 1, by their places within a cell.

        A last row or column that has no partner gets the one before it of its own colours.
        """
        odd = [(0, size % 2) for size in values.shape]
        even = np.pad(values.astype(np.float64), odd, "reflect") if any(after for _, after in odd) else values
        parts = [
            (even[at // 2 :: 2, at % 2 :: 2].astype(np.float64) - self.black[at]) / (self.white - self.black[at])
            for at in range(4)
        ]
        return torch.from_numpy(np.stack(parts)).float()

    def changed(self, values: np.ndarray, before: Tensor, after: Tensor) -> np.ndarray:
        """The mosaic whose planes went from ``before`` to ``after``, in numbers of the sensor, not rounded.

        What has reached white stays there: nobody knows how bright it was.
        """
        result = values.astype(np.float64)
        for at in range(4):
            rows, columns = result[at // 2 :: 2, at % 2 :: 2].shape
            change = (after[at].double() - before[at].double()).numpy()[:rows, :columns]
            result[at // 2 :: 2, at % 2 :: 2] += (self.white - self.black[at]) * change
        return np.where(values >= self.white, values, result)
