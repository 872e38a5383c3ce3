"""The files of a folder, in the order that people expect."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from preimage.errors import ImageFileError

__all__ = ["files_of", "natural_key"]


def natural_key(path: Path) -> list[tuple[int, str]]:
    """A key that sorts runs of digits as numbers, so that ``a2.png`` stands before ``a10.png``."""
    parts = re.split(r"(\d+)", path.as_posix())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts if part]


def files_of(folder: Path, suffixes: Sequence[str], pattern: str = "*") -> tuple[Path, ...]:
    """The files of a folder with one of the suffixes, in natural order of their names; hidden ones are left out.

    Raises:
        ImageFileError: there is no such folder, or no such file in it.
    """
    if not folder.is_dir():
        raise ImageFileError(f"`folder` must be a folder, got {folder}, which is none; check the name.")
    found = [path for path in folder.glob(pattern) if _fits(path, suffixes)]
    if not found:
        raise ImageFileError(
            f"`folder` must hold files {pattern} of {_listed(suffixes)}, got none in {folder}; for those in its "
            "folders use the pattern '**/*'."
        )
    return tuple(sorted(found, key=natural_key))


def _fits(path: Path, suffixes: Sequence[str]) -> bool:
    return path.name[0] != "." and path.name.lower().endswith(tuple(suffixes)) and path.is_file()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
