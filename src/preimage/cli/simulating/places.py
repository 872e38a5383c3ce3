"""Which pictures are measured, and where their measurements go."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from preimage.cli.inputs import Source, find
from preimage.cli.outputs import FileJob, FilePlan
from preimage.errors import ArgumentError, ImageFileError
from preimage.files.atomic import check_free
from preimage.files.formats.table import by_suffix, suffixes, titles
from preimage.files.places import records_beside
from preimage.simulate.declaration import PhysicsRow

__all__ = ["check_files", "check_options", "plan_measurements"]

_FORMULAS = ("gaussian:", "motion:", "disk:", "random:")


def plan_measurements(inputs: Sequence[str], output: Path | None, row: PhysicsRow, recursive: bool = False) -> FilePlan:
    """The jobs for files, folders and patterns; nothing is made yet.

    Without ``output`` the measurement of ``photo.png`` by ``blur`` is ``photo-blur.tif`` beside it, and those of a
    folder ``holiday`` are in ``holiday-blur``.

    Raises:
        ImageFileError: there is nothing to read.
        ArgumentError: no input, a file where a folder is needed, or two measurements would be one file.
    """
    if not inputs:
        raise ArgumentError("`INPUT` must be given, got none; name a picture, a folder or a pattern.")
    found = find(inputs, recursive, output)
    is_folder = found.several or (output is not None and output.is_dir())
    if found.several and output is not None and _names_a_file(output) and not output.is_dir():
        raise ArgumentError(f"`--output` must be a folder for several pictures, got {output}; name a folder.")
    jobs: dict[str, tuple[Path, Path]] = {}
    for source in found.sources:
        path = output if output is not None and not is_folder else _place(source, output, row)
        key = str(path.resolve()).casefold()
        if key in jobs:
            raise ArgumentError(
                f"`INPUT` must hold every name once, got {path.name!r} twice, from {jobs[key][0]} and "
                f"{source.path}; measure them apart."
            )
        jobs[key] = source.path, path
    records = records_beside([path for _, path in jobs.values()])
    planned = [FileJob(*job, record) for job, record in zip(jobs.values(), records, strict=True)]
    return FilePlan(tuple(planned), not found.several, found.passed_over)


def _place(source: Source, output: Path | None, row: PhysicsRow) -> Path:
    relative = source.relative.with_suffix(row.suffix)
    if output is not None:
        return output / relative
    if source.folder is not None:
        folder = source.folder if source.folder.name not in ("", "..") else source.folder.resolve()
        return folder.with_name(f"{folder.name}-{row.name}") / relative
    return source.path.with_name(f"{source.path.stem}-{row.name}{row.suffix}")


def _names_a_file(output: Path) -> bool:
    return output.suffix.lower() in (".npy", *suffixes())


def check_options(row: PhysicsRow, values: Mapping[str, Any]) -> None:
    """Require that files which options name are there.

    Raises:
        ImageFileError: one is missing.
    """
    for option in row.options:
        value = values[option.name]
        names_a_file = option.reads or option.name in ("mask", "depth", "psf")
        if names_a_file and not str(value).startswith(_FORMULAS):
            path = Path(str(value))
            if by_suffix(path) is not None and not path.is_file():
                raise ImageFileError(f"`--{option.name}` must be a file that exists, got {path}; check the name.")


def check_files(jobs: Sequence[FileJob], row: PhysicsRow, values: Mapping[str, Any], overwrite: bool) -> None:
    """Refuse what no picture could make right.

    Raises:
        ArgumentError: an output is no kind of file, or the input itself.
        ImageFileError: a file that is named is missing, or one that is written exists.
    """
    check_options(row, values)
    read = {str(job.input.resolve()).casefold() for job in jobs}
    for job in jobs:
        if not _names_a_file(job.output):
            raise ArgumentError(f"`--output` must end in .npy or like a {titles()} file, got {str(job.output)!r}.")
        for path in (job.output, job.record):
            if str(path.resolve()).casefold() in read:
                raise ArgumentError(f"`--output` must be another file than INPUT, got {path}; name another.")
            if path.parent.is_dir():
                check_free(path, overwrite)
