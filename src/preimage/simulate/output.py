"""Measurements on disk: pictures of floats or of 8 or 16 bits, and arrays."""

from pathlib import Path

import numpy as np
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.files import ImageFile
from preimage.files.formats.table import by_suffix, titles

__all__ = ["write_measurement"]


def write_measurement(y: Tensor, path: Path, dtype: np.dtype) -> tuple[str, ...]:
    """Write one measurement to ``path``; returns what is lost.

    ``.npy`` holds any measurement as it is, a picture as (H, W) or (H, W, C). TIFF holds real pictures as 32-bit
    floats, other formats of pictures as integers, 0 to 1 as black to white.

    Args:
        y: a picture (C, H, W), or an array of another kind, real or complex.
        path: a file that may be replaced.
        dtype: the integers of formats without floats.

    Raises:
        ArgumentError: the format cannot hold it.
    """
    if path.suffix.lower() == ".npy":
        array = y.resolve_conj().numpy()
        if y.ndim == 3:
            array = array[0] if len(array) == 1 else np.moveaxis(array, 0, -1)
        np.save(path, np.ascontiguousarray(array))
        return ()
    if y.is_complex() or y.ndim != 3 or len(y) not in (1, 3):
        kind = f"{'complex ' if y.is_complex() else ''}numbers of shape {tuple(y.shape)}"
        raise ArgumentError(f"`output` must end in .npy for {kind}, got {path.suffix}; no picture holds them.")
    format = by_suffix(path)
    if format is None or format.write is None:
        raise ArgumentError(f"`output` must end in .npy or like a {titles()} file, got {path.name!r}.")
    if format.name == "TIFF":
        ImageFile(y.float(), np.dtype(np.float32), "TIFF").write(path, overwrite=True)
        return ()
    outside = ((y < 0) | (y > 1)).float().mean().item()
    notes = ImageFile(y.float().clamp(0, 1), dtype, format.name).write(path, overwrite=True)
    if outside:
        notes = [*notes, f"{outside:.2%} of the samples were outside of [0, 1] and are black or white; TIFF keeps them"]
    return tuple(notes)
