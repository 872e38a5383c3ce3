"""Arrays in a file, by name and shape before they are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from preimage.errors import ArgumentError, ImageFileError

__all__ = ["StoredArray", "check_numbers", "choose_array", "damaged"]


@dataclass(frozen=True)
class StoredArray:
    """One array of a file.

    Attributes:
        name: the name of a variable, or the path of a data set; empty where the file holds one array alone.
        shape: as it is read.
        dtype: as it is stored.
        read: reads it.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype
    read: Callable[[], np.ndarray]


def choose_array(
    arrays: Sequence[StoredArray], key: str | None, usual: Sequence[str], path: Path, dims: int = 2
) -> StoredArray:
    """The array called ``key``; else the first of ``usual`` that there is, or the only one of ``dims`` axes or more.

    Raises:
        ArgumentError: there is no such array, or more than one.
        ImageFileError: there is none at all.
    """
    names = {array.name: array for array in arrays}
    if key is not None:
        if key.strip("/") not in names:
            told = ", ".join(sorted(names)[:12]) or "one array without a name"
            raise ArgumentError(f"`key` must name an array of {path}, got {key!r}; it holds {told}.")
        return names[key.strip("/")]
    for name in usual:
        if name in names:
            return names[name]
    candidates = [array for array in arrays if len(array.shape) >= dims]
    if not candidates:
        raise ImageFileError(f"`input` must hold an array of at least {dims} dimensions, got none in {path}.")
    if len(candidates) > 1:
        told = ", ".join(f"{array.name} {array.shape}" for array in candidates[:8])
        raise ArgumentError(f"`key` must be given for {path}, which holds {told}; name one.")
    return candidates[0]


def check_numbers(array: StoredArray, path: Path, dims: tuple[int, ...], complex_wanted: bool) -> None:
    """Refuse what can be no measurement, by shape and type.

    Args:
        dims: how many dimensions are possible.
        complex_wanted: whether numbers must be complex, or must not.

    Raises:
        ImageFileError: it is none.
    """
    name = f"{path}" if not array.name else f"{array.name} of {path}"
    if array.dtype.kind not in "fiubc":
        raise ImageFileError(f"`input` must hold numbers, got {name} of type {array.dtype}.")
    is_complex = array.dtype.kind == "c"
    if is_complex != complex_wanted:
        wanted = "complex numbers" if complex_wanted else "real numbers"
        advice = "k-space is complex" if complex_wanted else "projections are real; k-space is for mri"
        raise ImageFileError(f"`input` must hold {wanted}, got {name} of type {array.dtype}; {advice}.")
    if len(array.shape) not in dims:
        told = " or ".join(map(str, dims))
        raise ImageFileError(f"`input` must have {told} dimensions, got {name} of shape {array.shape}.")
    if 0 in array.shape:
        raise ImageFileError(f"`input` must not be empty, got {name} of shape {array.shape}.")


def damaged(path: Path, error: Exception) -> ImageFileError:
    """The error for a file that begins as it should but cannot be read."""
    reason = " ".join(str(error).split()).rstrip(".")[:120] or type(error).__name__
    return ImageFileError(f"`input` must be a whole file, got {path}, which is damaged ({reason}); get it again.")
