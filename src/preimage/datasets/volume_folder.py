"""Volumes of a folder as a dataset."""

from pathlib import Path
from typing import Literal

import numpy as np
import torch

from preimage import _optional
from preimage.datasets.dataset import Dataset
from preimage.datasets.paths import files_of
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError, ImageFileError
from preimage.files.formats.checks import check_whole
from preimage.files.formats.tiff.tiff import TIFF
from preimage.files.formats.tiff.whole import missing_of_tiff

__all__ = ["VolumeFolder"]

_NIFTI, _TIFF, _NUMPY = (".nii", ".nii.gz"), TIFF.suffixes, (".npy",)


class VolumeFolder(Dataset):
    """The volumes of a folder, read when they are asked for: one file is one volume.

    Files are arrays of NumPy (``.npy``, shape (D, H, W)), stacks of TIFF pages (D pages), and NIfTI (``.nii``,
    ``.nii.gz``), whose axes x, y, z become W, H, D and whose values are rescaled as the file says. They come in natural
    order. :class:`PatchDataset` cuts three-dimensional patches from them.

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
        self.paths = files_of(self.folder, (*_NUMPY, *_TIFF, *_NIFTI), pattern)

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
        if path.name.lower().endswith(_NUMPY):
            return np.load(path, allow_pickle=False)
        if path.name.lower().endswith(_TIFF):
            return _stack(path)
        nibabel = _optional.require("nibabel", "io", "reading NIfTI files")
        return np.asarray(nibabel.load(path).dataobj).transpose()
    except (ImageFileError, ImportError):
        raise
    except Exception as error:  # decoders raise errors of every kind
        raise ImageFileError(f"{path} cannot be read: {error}.") from error


def _stack(path: Path) -> np.ndarray:
    """All pages of a TIFF file; a single page may hold a whole stack, as ImageJ's and tifffile's do."""
    check_whole(path, missing_of_tiff)
    tifffile = _optional.require("tifffile", "io", "reading TIFF stacks")
    with tifffile.TiffFile(path) as file:
        if len(file.pages) > 1:
            return np.stack([page.asarray() for page in file.pages])
        return file.series[0].asarray()
