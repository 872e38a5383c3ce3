"""The angles of the views as users write them."""

import math
import re
from pathlib import Path

import numpy as np

from preimage.errors import ArgumentError, ImageFileError

__all__ = ["check_views", "parse_angles"]

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_MOST = 10**6


def parse_angles(text: str, views: int) -> np.ndarray:
    """Angles in degrees, one for each of ``views``.

    Args:
        text: ``"0:180:1"``, from 0 to 180 without it in steps of 1; ``"0:180"``, all views evenly from 0 to 180
            without it; ``"0,1.5,3"``; or the name of a file of numbers, ``.npy`` or text.
        views: how many there are.

    Raises:
        ArgumentError: it is none of these, or another number of angles.
        ImageFileError: the file cannot be read, or holds something else.
    """
    if re.fullmatch(rf"{_NUMBER}(:{_NUMBER}){{1,2}}", text):
        return check_views(_span([float(part) for part in text.split(":")], views, text), views, f"got {text!r}: ")
    if re.fullmatch(rf"{_NUMBER}(,\s*{_NUMBER})*,?", text):
        listed = np.array([float(part) for part in text.split(",") if part.strip()])
        return check_views(listed, views, "got ")
    return check_views(_file(text), views, f"got {text}: ")


def check_views(angles: np.ndarray, views: int, got: str = "got ") -> np.ndarray:
    """``angles``, if they are finite and one for each view.

    Raises:
        ArgumentError: they are not.
    """
    if angles.size != views:
        raise ArgumentError(
            f"`angles` must be {views}, one for each view of the input, {got}{angles.size}; START:STOP spreads all "
            "views evenly."
        )
    if not np.isfinite(angles).all():
        raise ArgumentError("`angles` must be finite numbers of degrees, got NaN or infinity; give one for each view.")
    return angles.astype(np.float64).ravel()


def _span(numbers: list[float], views: int, text: str) -> np.ndarray:
    if not all(map(math.isfinite, numbers)):
        raise ArgumentError(f"`angles` must be finite, got {text!r}; write START:STOP:STEP in degrees.")
    if len(numbers) == 2:
        start, stop = numbers
        return start + (stop - start) * np.arange(views) / views
    start, stop, step = numbers
    count = (stop - start) / step if step else 0.0
    if not 0 < count <= _MOST:
        raise ArgumentError(f"`angles` must go from START to STOP in steps, got {text!r}; write it like 0:180:1.")
    return start + step * np.arange(math.ceil(count - 1e-6))


def _file(text: str) -> np.ndarray:
    path = Path(text)
    if not path.is_file():
        raise ArgumentError(
            f"`angles` must be START:STOP:STEP, START:STOP, A,B,C or a file that exists, got {text!r}; write it "
            "like 0:180:1."
        )
    try:
        if path.read_bytes()[:6] == b"\x93NUMPY":
            found = np.load(path, allow_pickle=False)
        else:
            found = np.array(path.read_text(encoding="utf-8").replace(",", " ").split(), dtype=np.float64)
    except (ValueError, OSError, EOFError) as error:
        raise ImageFileError(f"`angles` must be a file of numbers, got {path}: {error}.") from error
    if found.dtype.kind not in "fiu" or found.size == 0:
        raise ImageFileError(
            f"`angles` must be a file of numbers, got {path}, which holds {found.dtype} {found.shape}."
        )
    return found.ravel()
