"""What a format holds, checked before the work whose result it is to hold."""

from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.formats.checks import check_size
from preimage.files.formats.format import Format
from preimage.files.formats.table import by_suffix, picture_formats, suffixes, titles
from preimage.files.source import open_picture

__all__ = ["check_holds", "check_input", "check_output", "output_format"]


def output_format(path: Path) -> Format:
    """The format of pictures that a suffix stands for.

    Raises:
        ImageFileError: unknown suffix.
    """
    found = by_suffix(path)
    if found is None or not found.is_picture or found.write is None:
        raise ImageFileError(
            f"`output` must end like a {titles()} file, got {str(path)!r}; use one of {', '.join(suffixes())}."
        )
    return found


def check_input(source: Path, budget: int) -> None:
    """Refuse a picture that takes more than ``budget`` bytes as it is read.

    Raises:
        ImageFileError: it does, or ``source`` is no picture.
    """
    header = open_picture(source).header
    check_size(source, header.size("column"), header.size("row"), budget)


def check_output(source: Path, target: Path, factor: int = 1) -> None:
    """Refuse a ``target`` that cannot hold the picture in ``source``, ``factor`` times as wide and high.

    Raises:
        ImageFileError: unknown suffix, too large, or transparency in a format without; or ``source`` is no picture.
    """
    output, found = output_format(target), open_picture(source)
    check_holds(output, factor * found.header.size("column"), factor * found.header.size("row"), None)
    may_be_clear = found.format.transparent and not output.holds.alpha
    if may_be_clear or (found.format.holds.bands and not output.holds.bands):
        samples = found.read()
        check_holds(output, 1, 1, samples.alpha, samples.colour.shape[2] if 0 in samples.extras else 0)


def check_holds(output: Format, width: int, height: int, alpha: np.ndarray | None, bands: int = 0) -> None:
    """Refuse a picture that the format ``output`` does not hold; transparency that nothing shows of is none.

    Raises:
        ImageFileError: too large, or transparency or further bands in a format without.
    """
    holds, name = output.holds, output.name
    if bands and not holds.bands:
        others = titles(format for format in picture_formats() if format.holds.bands)
        raise ImageFileError(f"{name} cannot hold {bands} bands, which the input has; write {others}.")
    if max(width, height) > holds.longest:
        raise ImageFileError(
            f"`output` must be of a format for pictures of {width}x{height}, got {name}, which holds at most "
            f"{holds.longest} pixels a side; write PNG or TIFF."
        )
    if alpha is not None and not holds.alpha and not _is_opaque(alpha):
        others = titles(format for format in picture_formats() if format.holds.alpha)
        raise ImageFileError(f"{name} cannot hold transparency, which the input has; write {others}.")


def _is_opaque(alpha: np.ndarray) -> bool:
    full = np.iinfo(alpha.dtype).max if alpha.dtype.kind in "ui" else 1
    return bool((alpha >= full).all())
