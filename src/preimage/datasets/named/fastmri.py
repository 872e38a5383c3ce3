"""The raw data of fastMRI, slice by slice."""

from pathlib import Path

import numpy as np
import torch

from preimage.datasets.named.hdf5_slices import HDF5Slices
from preimage.datasets.sample import Sample

__all__ = ["FastMRI"]


class FastMRI(HDF5Slices):
    """The slices of the HDF5 files of fastMRI (knees and brains, one coil or several).

    ``y`` is ``kspace``, complex (coils, H, W), with one coil for single-coil files; the readout runs along H. It is
    that of :class:`preimage.physics.MRI` and :class:`preimage.physics.MultiCoilMRI` up to the scale. ``x`` is the
    published reconstruction from all samples, a magnitude (1, h, w) of the middle of the image:
    ``reconstruction_rss``, or ``reconstruction_esc`` of single-coil files; ``None`` in test files. Those have a
    ``mask`` of columns, which becomes the parameter ``mask`` (1, H, W).

    Args:
        folder: such as ``singlecoil_train`` or ``multicoil_val``.
        normalised: whether ``x`` and ``y`` are divided by the attribute ``max`` of the file, the largest value of its
            reconstruction, so that images lie in [0, 1]; test files have none, and stay as they are.
        pattern: which files, as :meth:`pathlib.Path.glob` takes it.

    Raises:
        ImageFileError: there is no such folder, or a file in it that is damaged or has no ``kspace``.
        MissingDependency: the ``io`` extra is needed.

    Source: Zbontar et al., "fastMRI: An Open Dataset and Benchmarks for Accelerated MRI", arXiv:1811.08839, 2018.
    """

    def __init__(self, folder: Path | str, normalised: bool = True, pattern: str = "*") -> None:
        super().__init__(folder, pattern)
        self.normalised = normalised

    def sample(self, index: int) -> Sample:
        """Read one slice, and the mask of its file."""
        names = ("kspace", "reconstruction_rss", "reconstruction_esc", "mask")
        arrays, attributes = self._read(*self.place(index), names)
        scale = float(attributes.get("max", 1.0)) if self.normalised else 1.0
        y = torch.from_numpy(arrays["kspace"].astype(np.complex64)) / scale
        y = y[None] if y.ndim == 2 else y
        truth = arrays.get("reconstruction_esc" if y.shape[0] == 1 else "reconstruction_rss")
        truth = arrays.get("reconstruction_rss") if truth is None else truth
        x = None if truth is None else torch.from_numpy(truth.astype(np.float32))[None] / scale
        if "mask" not in arrays:
            return Sample(x, y)
        mask = torch.from_numpy(np.asarray(arrays["mask"], np.float32)).expand(1, *y.shape[1:])
        return Sample(x, y, {"mask": mask.contiguous()})
