"""Writers of images (H, W) and volumes (D, H, W): one function for each format."""

from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.reconstruct.frame.grid import Grid

__all__ = ["write_hdf5", "write_mat", "write_nifti", "write_npy", "write_pages"]

_OF_IMAGEJ = ("uint8", "uint16", "float32")
_NIFTI_UNITS = {"mm": "mm", "um": "micron", "pixel": "unknown"}


def write_npy(path: Path, image: np.ndarray, grid: Grid) -> None:
    """An array of NumPy, rows first."""
    with path.open("wb") as file:  # np.save would add a suffix
        np.save(file, image, allow_pickle=False)


def write_pages(path: Path, image: np.ndarray, grid: Grid) -> None:
    """Pages of integers as they are, else of 32-bit floats: one for each slice, with the resolution where it is known.

    Lengths in micrometres are written as ImageJ does where it has the type of number.
    """
    tifffile = _optional.require("tifffile", "io", "writing TIFF files")
    values = image if image.dtype.kind in "iu" else image.astype(np.float32)
    # Named axes and colours: tifffile takes (3, H, W) for colours otherwise.
    told: dict[str, Any] = {"axes": "ZYX"[-image.ndim :]}
    known: dict[str, Any] = {}
    if grid.unit == "mm":
        known = {"resolution": (10 / grid.sizes[2], 10 / grid.sizes[1]), "resolutionunit": "CENTIMETER"}
    if grid.unit == "um":
        told |= {"unit": "um", "spacing": grid.sizes[0]}
        known = {"resolution": (1 / grid.sizes[2], 1 / grid.sizes[1]), "imagej": values.dtype.name in _OF_IMAGEJ}
    tifffile.imwrite(path, values, photometric="minisblack", metadata=told, **known)


def write_nifti(path: Path, image: np.ndarray, grid: Grid) -> None:
    """NIfTI-1: axes (column, row, slice), floats or integers as they are, without scaling.

    Where the place of the image is not known, columns go to the right, rows to the back and slices upwards, with the
    middle of the image at the origin.
    """
    nibabel = _optional.require("nibabel", "io", "writing NIfTI files")
    volume = np.ascontiguousarray(image.reshape(-1, *image.shape[-2:]).transpose(2, 1, 0))
    affine = _centred(volume.shape, grid) if grid.affine is None else np.array(grid.affine)
    if volume.dtype.kind not in "iu":
        volume = volume.astype(np.complex64 if np.iscomplexobj(volume) else np.float32)
    nifti = nibabel.Nifti1Image(volume, affine)
    nifti.header.set_xyzt_units(_NIFTI_UNITS[grid.unit])
    nifti.set_qform(affine, code="scanner")
    nifti.set_sform(affine, code="scanner")
    nibabel.save(nifti, path)


def write_mat(path: Path, image: np.ndarray, grid: Grid) -> None:
    """A MATLAB file of version 5 with ``image`` (rows, columns, slices) and ``voxel`` sizes in the same order."""
    scipy_io = _optional.require("scipy.io", "io", "writing .mat files")
    order = image if image.ndim == 2 else image.transpose(1, 2, 0)
    slices, rows, columns = grid.sizes
    scipy_io.savemat(path, {"image": order, "voxel": np.array([rows, columns, slices]), "unit": grid.unit})
    with path.open("r+b") as file:  # in place of the time of day
        file.write(b"MATLAB 5.0 MAT-file, written by preimage".ljust(116))


def write_hdf5(path: Path, image: np.ndarray, grid: Grid) -> None:
    """An HDF5 file with the data set ``image``, rows before columns, and its ``voxel`` sizes as an attribute."""
    h5py = _optional.require("h5py", "io", "writing HDF5 files")
    with h5py.File(path, "w") as file:
        file.create_dataset("image", data=image)
        for name, value in (("voxel", np.array(grid.sizes[-image.ndim :])), ("unit", grid.unit)):
            file["image"].attrs.create(name, value)


def _centred(shape: tuple[int, ...], grid: Grid) -> np.ndarray:
    """Columns to the right, rows to the back, slices upwards, the middle at the origin."""
    slices, rows, columns = grid.sizes
    affine = np.diag([columns, -rows, slices, 1.0])
    affine[:3, 3] = -affine[:3, :3] @ ((np.array(shape) - 1) / 2)
    return affine
