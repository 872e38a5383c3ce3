"""K-space as files hold it, in one form for all of them."""

from dataclasses import dataclass, field

import numpy as np

from preimage.reconstruct.frame.grid import Grid

__all__ = ["KSpace"]


@dataclass(frozen=True)
class KSpace:
    """Samples on the centred grid, zero where none was taken.

    Attributes:
        values: complex64, (images, coils, rows, columns), or (images, coils, slices, rows, columns) of volumes.
        mask: booleans, (images or 1, rows, columns), or (images or 1, slices, rows, columns).
        crop: the size of the image in the middle of the encoded one.
        grid: where the voxels of that image are.
        noise: a scan without excitation, (coils, samples), with the noise of the samples; ``None`` where there is none.
        notes: what the user should know.
    """

    values: np.ndarray
    mask: np.ndarray
    crop: tuple[int, ...]
    grid: Grid = field(default_factory=Grid)
    noise: np.ndarray | None = None
    notes: tuple[str, ...] = ()

    @property
    def encoded(self) -> tuple[int, ...]:
        """The size of the encoded image."""
        return self.values.shape[2:]
