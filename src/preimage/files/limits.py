"""What a format holds, checked before the work whose result it is to hold."""

from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.image_header import FORMATS, SUFFIXES, check_size, inspect
from preimage.files.image_read import read_samples

__all__ = ["WITHOUT_ALPHA", "check_holds", "check_input", "check_output", "format_of"]

WITHOUT_ALPHA = ("JPEG", "BMP")
"""Formats that hold no transparency."""
# Pixels a side: by the bits that the formats have for it, and 65,500 of 65,535 by libjpeg.
_LONGEST = {"JPEG": 65500, "WEBP": 16383, "PNG": 2**31 - 1, "BMP": 2**31 - 1, "TIFF": 2**32 - 1}


def format_of(path: Path) -> str:
    """The format a suffix stands for.

    Raises:
        ImageFileError: unknown suffix.
    """
    try:
        return SUFFIXES[path.suffix.lower()]
    except KeyError:
        known = ", ".join(sorted(SUFFIXES))
        raise ImageFileError(
            f"`output` must end like a {FORMATS} file, got {str(path)!r}; use one of {known}."
        ) from None


def check_input(source: Path, budget: int) -> None:
    """Refuse a picture that takes more than ``budget`` bytes as it is read.

    Raises:
        ImageFileError: it does, or ``source`` is no picture.
    """
    header = inspect(source)
    check_size(source, header.width, header.height, budget)


def check_output(source: Path, target: Path, factor: int = 1) -> None:
    """Refuse a ``target`` that cannot hold the picture in ``source``, ``factor`` times as wide and high.

    Raises:
        ImageFileError: unknown suffix, too large, or transparency in a format without; or ``source`` is no picture.
    """
    kind, header = format_of(target), inspect(source)
    check_holds(kind, factor * header.width, factor * header.height, None)
    if (kind in WITHOUT_ALPHA and header.format != "JPEG") or (kind != "TIFF" and header.format == "TIFF"):
        samples = read_samples(source)
        check_holds(kind, 1, 1, samples.alpha, samples.colour.shape[2] if 0 in samples.extras else 0)


def check_holds(kind: str, width: int, height: int, alpha: np.ndarray | None, bands: int = 0) -> None:
    """Refuse a picture that the format ``kind`` does not hold; transparency that nothing shows of is none.

    Raises:
        ImageFileError: too large, or transparency or further bands in a format without.
    """
    if bands and kind != "TIFF":
        raise ImageFileError(f"{kind} cannot hold {bands} bands, which the input has; write TIFF.")
    if max(width, height) > _LONGEST[kind]:
        raise ImageFileError(
            f"`output` must be of a format for pictures of {width}x{height}, got {kind}, which holds at most "
            f"{_LONGEST[kind]} pixels a side; write PNG or TIFF."
        )
    if alpha is not None and kind in WITHOUT_ALPHA and not _is_opaque(alpha):
        raise ImageFileError(f"{kind} cannot hold transparency, which the input has; write PNG, TIFF or WebP.")


def _is_opaque(alpha: np.ndarray) -> bool:
    full = np.iinfo(alpha.dtype).max if alpha.dtype.kind in "ui" else 1
    return bool((alpha >= full).all())
