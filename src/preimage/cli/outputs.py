"""Which files to write."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from preimage.cli.inputs import Source, find
from preimage.errors import ArgumentError, ImageFileError
from preimage.files.formats.jpeg import JPEG
from preimage.files.formats.table import suffixes
from preimage.files.places import records_beside
from preimage.restore.table import find_task

__all__ = ["FileJob", "FilePlan", "make_folders", "plan"]


@dataclass(frozen=True)
class FileJob:
    """One picture: where it is, where the restored one, its record and the comparison go."""

    input: Path
    output: Path
    record: Path
    compare: Path | None = None

    @property
    def preview(self) -> Path:
        """Where the picture so far goes."""
        return self.output.with_suffix(f".preview{self.output.suffix}")

    @property
    def kernel(self) -> Path:
        """Where the kernel that was found goes."""
        return self.record.with_suffix(".kernel.png")

    @property
    def samples(self) -> Path:
        """Where the pictures go that were drawn."""
        return self.output.with_name(f"{self.output.stem}-samples.tif")

    @property
    def error_maps(self) -> tuple[Path, Path]:
        """Where the map of the error goes, and a picture of it."""
        return (
            self.output.with_name(f"{self.output.stem}-error.tif"),
            self.output.with_name(f"{self.output.stem}-error.png"),
        )


@dataclass(frozen=True)
class FilePlan:
    """What is to be done.

    Attributes:
        single: whether one file was given, which is not in a folder or a pattern.
        passed_over: see :class:`preimage.cli.inputs.Found`.
    """

    jobs: tuple[FileJob, ...]
    single: bool
    passed_over: tuple[Path, ...] = ()


def plan(
    inputs: Sequence[str], output: Path | None, compare: Path | None, task: str = "denoise", recursive: bool = False
) -> FilePlan:
    """The jobs for files, folders and patterns; nothing is made yet.

    Raises:
        ImageFileError: nothing to read.
        ArgumentError: no input, or two pictures would be written to the same file.
    """
    if not inputs:
        raise ArgumentError("`INPUT` must be given, got none; name a picture, a folder or a pattern.")
    found = find(inputs, recursive, output)
    if found.several and output is not None and output.suffix.lower() in suffixes() and not output.is_dir():
        raise ArgumentError(f"`--output` must be a folder for several pictures, got {output}; name a folder.")
    sources, results = _without_results(found.sources, output, task)
    is_file = not found.several and output is not None and not output.is_dir()
    outputs = [output if is_file and output is not None else _place(source, output, task) for source in sources]
    _check_names(sources, outputs)
    jobs = []
    for source, path, record in zip(sources, outputs, records_beside(outputs), strict=True):
        side = compare / source.relative.parent / f"{record.stem}.png" if compare and found.several else compare
        jobs.append(FileJob(source.path, path, record, side))
    return FilePlan(tuple(jobs), not found.several, (*found.passed_over, *results))


def make_folders(jobs: Sequence[FileJob], single: bool) -> None:
    """Make those of the results of several pictures.

    Raises:
        ImageFileError: one cannot be made.
    """
    if single:
        return
    folders = [path.parent for job in jobs for path in (job.output, job.compare) if path is not None]
    for folder in dict.fromkeys(folders):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ImageFileError(f"`--output` must be a folder, got {folder}: {error.strerror or error}.") from error


def _place(source: Source, output: Path | None, task: str) -> Path:
    """In the folder ``output``; without one, beside what was given."""
    if output is not None:
        return output / source.relative
    if source.folder is not None:
        folder = source.folder if source.folder.name not in ("", "..") else source.folder.resolve()
        if not folder.name:
            raise ArgumentError("`--output` must be given for the folder of all folders, got none; add -o FOLDER.")
        return folder.with_name(f"{folder.name}-{find_task(task).done}") / source.relative
    # JPEG would put back what some tasks take away.
    suffix = (
        ".png" if not find_task(task).keeps_jpeg and source.path.suffix.lower() in JPEG.suffixes else source.path.suffix
    )
    return source.path.with_name(f"{source.path.stem}-{find_task(task).done}{suffix}")


def _without_results(
    sources: Sequence[Source], output: Path | None, task: str
) -> tuple[tuple[Source, ...], tuple[Path, ...]]:
    """Leave out what a pattern finds that an earlier run has written beside the pictures themselves."""
    if output is not None:
        return tuple(sources), ()
    written = {_place(source, None, task) for source in sources if source.folder is None}
    kept = tuple(source for source in sources if not (source.is_matched and source.path in written))
    return kept, tuple(source.path for source in sources if source.is_matched and source.path in written)


def _check_names(sources: Sequence[Source], outputs: Sequence[Path]) -> None:
    seen: dict[str, Path] = {}
    for source, path in zip(sources, outputs, strict=True):
        if (first := seen.setdefault(_key(path), source.path)) is not source.path:
            raise ArgumentError(
                f"`INPUT` must hold every file name once, got {path.name!r} twice, from {first} and {source.path}; "
                "restore them apart."
            )


def _key(path: Path) -> str:
    """The same for names that some file systems do not tell apart."""
    return str(path.resolve()).casefold()
