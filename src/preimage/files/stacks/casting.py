"""Values as another type: rounded and clipped, and never silently."""

import numpy as np

from preimage.errors import ImageFileError

__all__ = ["cast_values", "nearest_type"]


def nearest_type(dtype: np.dtype, held: tuple[str, ...]) -> np.dtype | None:
    """The type of ``held`` that keeps every value of ``dtype``, the smallest; else the one that keeps most of them.

    ``None`` where complex numbers are not held.
    """
    types = [np.dtype(name) for name in held]
    if dtype in types:
        return dtype
    safe = [each for each in types if np.can_cast(dtype, each, "safe")]
    if safe:
        return min(safe, key=lambda each: (each.itemsize, each.kind != dtype.kind))
    if dtype.kind == "c":
        return max((each for each in types if each.kind == "c"), key=lambda each: each.itemsize, default=None)
    floats = [each for each in types if each.kind == "f"]
    return max(floats or types, key=lambda each: each.itemsize)


def cast_values(values: np.ndarray, dtype: np.dtype) -> tuple[np.ndarray, int]:
    """``values`` rounded to the nearest of ``dtype``, and how many were clipped to its range.

    Raises:
        ImageFileError: one of them is NaN, which integers are not, or they are complex and ``dtype`` is not.
    """
    if values.dtype == dtype:
        return values, 0
    if values.dtype.kind == "c" and dtype.kind != "c":
        raise ImageFileError(f"complex numbers cannot be written as {dtype.name}; write their modulus or another type.")
    if dtype.kind not in "iu":
        return values.astype(dtype), 0
    if values.dtype.kind == "f" and bool(np.isnan(values).any()):
        raise ImageFileError(f"NaN cannot be written as {dtype.name}; write floats.")
    span = np.iinfo(dtype)
    if values.dtype.kind == "b":
        return values.astype(dtype), 0
    is_float = values.dtype.kind == "f"
    rounded = np.rint(values.astype(np.float64)) if is_float else values
    # The largest of 64 bits is no float: the next one, a power of two, is.
    low, high = rounded < span.min, rounded >= float(span.max) + 1 if is_float else rounded > span.max
    inside = np.where(low | high, 0, rounded).astype(dtype)
    inside[low], inside[high] = span.min, span.max
    return inside, int(low.sum() + high.sum())
