"""Which files to read and which to write."""

import glob
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from preimage.errors import ArgumentError, ImageFileError

__all__ = ["Job", "plan"]

# The formats of preimage.restore, by suffix; kept here as well because importing it takes a second.
SUFFIXES = {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".webp", ".bmp", ".dib"}


@dataclass(frozen=True)
class Job:
    """One picture: where it is, where the restored one, its record and the comparison go."""

    input: Path
    output: Path
    record: Path
    compare: Path | None = None

    @property
    def preview(self) -> Path:
        """Where the picture so far goes."""
        return self.output.with_suffix(f".preview{self.output.suffix}")


def plan(inputs: Sequence[str], output: Path | None, compare: Path | None) -> tuple[list[Job], bool]:
    """The jobs for files, folders (their pictures, not those of folders inside) and patterns; whether it is just one.

    Raises:
        ImageFileError: nothing to read, or an output folder is missing.
        ArgumentError: no output, or two pictures would be written to the same file.
    """
    if not inputs:
        raise ArgumentError("`INPUT` must be given, got none; name a picture, a folder or a pattern.")
    if output is None:
        raise ArgumentError("`--output` must be given, got none; add -o FILE, or -o FOLDER for several pictures.")
    files, several = _expand(inputs)
    into_folder = several or output.is_dir()
    if not into_folder:
        return [Job(files[0], output, output.with_suffix(".json"), compare)], True
    if output.suffix.lower() in SUFFIXES and not output.is_dir():
        raise ArgumentError(f"`--output` must be a folder for several pictures, got {output}; name a folder.")
    stems = Counter(file.stem.lower() for file in files)
    if doubled := [name for name, count in Counter(file.name.lower() for file in files).items() if count > 1]:
        raise ArgumentError(f"`INPUT` must hold every file name once, got {doubled[0]!r} twice; restore them apart.")
    for folder in (output, compare) if several else (output,):
        if folder is not None:
            _make(folder)
    jobs = []
    for file in files:
        # photo.png and photo.jpg in one folder cannot share photo.json
        record = f"{file.stem}.json" if stems[file.stem.lower()] == 1 else f"{file.name}.json"
        side = compare / f"{Path(record).stem}.png" if compare and several else compare
        jobs.append(Job(file, output / file.name, output / record, side))
    return jobs, not several


def _expand(inputs: Sequence[str]) -> tuple[list[Path], bool]:
    files: list[Path] = []
    several = len(inputs) > 1
    for text in inputs:
        path = Path(text)
        if path.is_dir():
            several = True
            found = sorted(p for p in path.iterdir() if _is_picture(p))
        elif not path.exists() and glob.has_magic(text):
            several = True
            found = sorted(p for p in map(Path, glob.glob(text, recursive=True)) if p.is_file())
        else:
            found = [path]
        if not found:
            raise ImageFileError(f"`INPUT` must hold pictures, got none in {text}; check the name.")
        files += found
    return files, several


def _is_picture(path: Path) -> bool:
    """Whether a folder's entry is a file with the suffix of a picture: reading a pipe would wait for ever."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImageFileError(f"`--output` must be a folder, got {folder}: {error.strerror or error}.") from error
