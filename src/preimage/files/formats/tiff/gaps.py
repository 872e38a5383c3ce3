"""Pixels without a number in TIFF files of LERC compression (Esri, Limited Error Raster Compression), which are NaN."""

from typing import Any

import numpy as np

from preimage import _optional

__all__ = ["has_gaps", "with_gaps"]

_LERC = 34887
_PARAMETERS = 50674  # the tag of LERC's version and of the code around it
_DEFLATE, _ZSTD = 1, 2


def has_gaps(page: Any) -> bool:
    """Whether segments of a page may mark pixels that have no number."""
    return int(page.compression) == _LERC and np.dtype(page.dtype).kind == "f"


def with_gaps(page: Any, data: bytes, block: np.ndarray) -> np.ndarray:
    """A decoded segment (1, H, W, C) with NaN where it has no number: LERC marks these in a mask, and decodes 0."""
    codecs = _optional.require("imagecodecs", "io", "reading LERC compression")
    packing = page.tags[_PARAMETERS].value[1]
    if packing == _DEFLATE:
        data = codecs.zlib_decode(data)
    elif packing == _ZSTD:
        data = codecs.zstd_decode(data)
    valid = codecs.lerc_decode(data, masks=True)[1]
    if valid is None:
        return block
    block = np.array(block)
    block[0, : valid.shape[0], : valid.shape[1]][~valid] = np.nan
    return block
