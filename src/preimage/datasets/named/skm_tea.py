"""The raw data of SKM-TEA, slice by slice."""

from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import pad

from preimage.datasets.named.hdf5_slices import HDF5Slices
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError, ImageFileError

__all__ = ["SKMTEA"]


class SKMTEA(HDF5Slices):
    """The slices of the HDF5 files of SKM-TEA: knees measured by several coils at two echo times.

    A file holds ``kspace`` (slices, H, W, echoes, coils), the reconstruction ``target`` (slices, H, W, echoes, 1),
    ``maps`` (slices, H, W, coils, 1), and ``masks/poisson_4.0x`` and so on. ``x`` is complex (1, H, W); ``y``
    (coils, H, W) is zero where the mask is; the parameters are ``mask`` (1, H, W), filled up with zeros around to the
    size of ``kspace``, and ``maps`` (coils, H, W), which are those of :class:`preimage.physics.MultiCoilMRI`.

    Args:
        folder: where the files are.
        echo: the echo, 0 or 1.
        acceleration: that of the mask; ``None`` for all samples.
        pattern: which files, as :meth:`pathlib.Path.glob` takes it.

    Raises:
        ArgumentError: ``echo`` is negative.
        ImageFileError: there is no such folder, or a file in it that is damaged or has no ``kspace``.
        MissingDependency: the ``io`` extra is needed.

    Source: Desai et al., "SKM-TEA: A Dataset for Accelerated MRI Reconstruction", NeurIPS Datasets 2021.
    """

    def __init__(self, folder: Path | str, echo: int = 0, acceleration: float | None = 6, pattern: str = "*") -> None:
        super().__init__(folder, pattern)
        if echo < 0:
            raise ArgumentError(f"`echo` must be 0 or 1, got {echo}; count from 0.")
        self.echo = echo
        self.acceleration = acceleration

    def sample(self, index: int) -> Sample:
        """Read one slice.

        Raises:
            ImageFileError: the file has no such echo or mask.
        """
        path, number = self.place(index)
        masks = "" if self.acceleration is None else f"masks/poisson_{float(self.acceleration)}x"
        arrays, _ = self._read(path, number, ("kspace", "target", "maps", *([masks] if masks else [])))
        if self.echo >= arrays["kspace"].shape[2] or (masks and masks not in arrays):
            lacks = masks if masks not in arrays else f"echo {self.echo}"
            raise ImageFileError(f"{path} must hold {lacks}, got none; choose another `echo` or `acceleration`.")
        y = torch.from_numpy(arrays["kspace"][:, :, self.echo].astype(np.complex64)).permute(2, 0, 1).contiguous()
        x = torch.from_numpy(arrays["target"][:, :, self.echo, 0].astype(np.complex64))[None]
        maps = torch.from_numpy(arrays["maps"][..., 0].astype(np.complex64)).permute(2, 0, 1).contiguous()
        mask = _filled_up(torch.from_numpy(arrays[masks].astype(np.float32)), y) if masks else torch.ones(y.shape[1:])
        return Sample(x, y * mask, {"mask": mask[None], "maps": maps})


def _filled_up(mask: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The mask with zeros around it, the same on both sides, one less in front where that is uneven."""
    rows, columns = (size - have for size, have in zip(y.shape[1:], mask.shape, strict=True))
    return pad(mask, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))
