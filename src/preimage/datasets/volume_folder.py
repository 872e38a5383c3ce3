"""Volumes of a folder as a dataset."""

from pathlib import Path
from typing import Literal

import numpy as np
import torch

from preimage.datasets.dataset import Dataset
from preimage.datasets.paths import files_of
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError, ImageFileError
from preimage.files import read
from preimage.files.formats.table import stack_formats, suffixes

__all__ = ["VolumeFolder"]


class VolumeFolder(Dataset):
    """The volumes of a folder, read when they are asked for: one file is one volume.

    Files are of any format of arrays that :func:`preimage.files.read` knows: stacks of TIFF pages, NIfTI, whose axes x,
    y, z become W, H, D, arrays of NumPy, and others; values are rescaled as the file says. They come in natural order.
    :class:`PatchDataset` cuts three-dimensional patches from them.

    Args:
        folder: where the files are.
        window: the values that become 0 and 1, such as (0, 65535); others lie outside [0, 1]. ``None`` leaves values as
            they are.
        pattern: which files, as :meth:`pathlib.Path.glob` takes it; ``"**/*"`` looks into folders, too.
        role: what the volumes are: ``"x"`` for clean ones, ``"y"`` for measurements of which no truth is known.

    Shapes: float32 (1, D, H, W), complex64 where an array is complex.

    Raises:
        ArgumentError: ``window`` is empty, or ``role`` is none of these.
        ImageFileError: there is no such folder, or no such file in it.
    """

    def __init__(
        self,
        folder: Path | str,
        window: tuple[float, float] | None = None,
        pattern: str = "*",
        role: Literal["x", "y"] = "x",
    ) -> None:
        if window is not None and not window[0] < window[1]:
            raise ArgumentError(f"`window` must be low < high, got {window}; give the values of black and white.")
        if role not in ("x", "y"):
            raise ArgumentError(f"`role` must be 'x' or 'y', got {role!r}; clean volumes are 'x'.")
        self.folder = Path(folder)
        self.window = window
        self.pattern = pattern
        self.role = role
        self.paths = files_of(self.folder, tuple(suffixes(stack_formats())), pattern)

    def __len__(self) -> int:
        """The number of volumes."""
        return len(self.paths)

    def sample(self, index: int) -> Sample:
        """Read one volume.

        Raises:
            ImageFileError: the file is damaged, or holds no volume.
            MissingDependency: the ``io`` extra is needed for this kind of file.
        """
        path = self.paths[index]
        values = _read(path)
        if values.ndim != 3 or values.dtype.kind not in "biufc":
            raise ImageFileError(f"{path} must hold a volume (D, H, W), got {values.dtype} {values.shape}; remove it.")
        low, high = (0.0, 1.0) if self.window is None else self.window
        wanted = np.complex64 if values.dtype.kind == "c" else np.float32
        volume = torch.from_numpy(((values - low) / (high - low) if self.window else values).astype(wanted))[None]
        return Sample(volume) if self.role == "x" else Sample(y=volume)


def _read(path: Path) -> np.ndarray:
    try:
        return read(path).values
    except ImageFileError as error:
        raise ImageFileError(f"{path} cannot be read: {error}") from error
