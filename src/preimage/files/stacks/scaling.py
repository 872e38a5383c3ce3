"""Stored integers that stand for values: ``value = slope * stored + intercept``."""

import numpy as np

__all__ = ["scaled", "scaled_type"]


def scaled_type(
    stored: np.dtype, slope: float, intercept: float, low: int | None = None, high: int | None = None
) -> np.dtype:
    """The type of the values: integers where all of them are, wide enough for each; else floats.

    Args:
        stored: the type of what is stored.
        slope: the factor.
        intercept: the value of a stored zero.
        low: the least that is stored, by default that of its type.
        high: the largest.
    """
    if (slope, intercept) == (1.0, 0.0) or stored.kind == "c":
        return stored
    if stored.kind not in "iu" or slope != int(slope) or intercept != int(intercept):
        return np.dtype(np.float32 if stored.itemsize <= 2 else np.float64)
    span = np.iinfo(stored)
    least, most = span.min if low is None else low, span.max if high is None else high
    ends = [int(slope) * end + int(intercept) for end in (least, most)]
    for name in ("uint8", "int16", "uint16", "int32", "uint32", "int64"):
        if np.iinfo(name).min <= min(ends) and max(ends) <= np.iinfo(name).max:
            return np.dtype(name)
    return np.dtype(np.float64)


def scaled(stored: np.ndarray, slope: float, intercept: float, dtype: np.dtype) -> np.ndarray:
    """The values of ``stored``, of type ``dtype``."""
    if (slope, intercept) == (1.0, 0.0):
        return stored.astype(dtype)
    if dtype.kind in "iu":
        return (stored.astype(np.int64) * int(slope) + int(intercept)).astype(dtype)
    if dtype.kind == "c":
        return (stored * slope + intercept).astype(dtype)
    return (stored.astype(np.float64) * slope + intercept).astype(dtype)
