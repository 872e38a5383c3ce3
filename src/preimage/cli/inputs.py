"""Which files to read."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from preimage.errors import ImageFileError
from preimage.files.formats.table import suffixes

__all__ = ["Found", "Source", "find"]


@dataclass(frozen=True)
class Source:
    """A picture to read; ``folder`` is the given one in which it was found, if any."""

    path: Path
    folder: Path | None = None
    is_matched: bool = False
    """Whether it was found by a pattern."""

    @property
    def relative(self) -> Path:
        """Its place below the folder."""
        return Path(self.path.name) if self.folder is None else self.path.relative_to(self.folder)


@dataclass(frozen=True)
class Found:
    """What the inputs name.

    Attributes:
        several: whether there is a folder, a pattern, or more than one file.
        passed_over: files of folders that are no pictures, and folders that are not looked into.
    """

    sources: tuple[Source, ...]
    several: bool
    passed_over: tuple[Path, ...] = ()


def find(inputs: Sequence[str], recursive: bool = False, leave_out: Path | None = None) -> Found:
    """The pictures of files, folders and patterns.

    Args:
        recursive: whether those of folders inside folders are meant.
        leave_out: a folder that is not looked into: that of the results.

    Raises:
        ImageFileError: nothing to read.
    """
    sources: list[Source] = []
    passed_over: list[Path] = []
    several = len(inputs) > 1
    for text in inputs:
        path = Path(text)
        if path.is_dir():
            several, entries = True, sorted(_entries(path, recursive, leave_out))
            found = [Source(entry, path) for entry in entries if _is_picture(entry)]
            passed_over += [entry for entry in entries if not _is_picture(entry)]
        elif not path.exists() and glob.has_magic(text):
            several, entries = True, sorted(Path(name) for name in glob.glob(text, recursive=True))
            found = [Source(entry, None, True) for entry in entries if entry.is_file()]
        elif not path.exists():
            raise ImageFileError(f"`INPUT` must be a file that exists, got {path}; check the name.")
        else:
            found = [Source(path)]
        if not found:
            inside = any(entry.is_dir() for entry in passed_over)
            advice = "check the name, or look into folders inside with --recursive" if inside else "check the name"
            raise ImageFileError(f"`INPUT` must hold pictures, got none in {text}; {advice}.")
        sources += found
    return Found(tuple(sources), several, tuple(passed_over))


def _entries(folder: Path, recursive: bool, leave_out: Path | None) -> Iterator[Path]:
    """Whatever is in ``folder``, but for what is hidden."""
    for entry in os.scandir(folder):
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        if not (recursive and entry.is_dir(follow_symlinks=False)):
            yield path
        elif leave_out is None or path.resolve() != leave_out.resolve():
            yield from _entries(path, recursive, leave_out)


def _is_picture(path: Path) -> bool:
    """Whether a folder's entry is a file with the suffix of a picture: reading a pipe would wait for ever."""
    return path.suffix.lower() in suffixes() and path.is_file()
