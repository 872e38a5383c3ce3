"""What can be checked of a command before seconds are spent on importing torch."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from preimage._fields import fields_of
from preimage._optional import require
from preimage.cli.options import Fitting, Request, SharedOptions
from preimage.cli.outputs import FileJob
from preimage.errors import ArgumentError, ImageFileError
from preimage.files.atomic import check_free
from preimage.files.formats.table import by_suffix, picture_formats, suffixes, titles
from preimage.machine.memory import parse_bytes
from preimage.notation import parse_noise, parse_sigma
from preimage.restore.table import find_method, is_fit

__all__ = ["check_alone", "check_apart", "check_request", "traces_of", "written_paths"]

_FORMULA = re.compile(r"(gaussian|motion|disk):")


def check_request(request: Request, jobs: Sequence[FileJob]) -> None:
    """Refuse what no picture could make right.

    Raises:
        ArgumentError, ImageFileError, MissingDependency: a setting is wrong, or what it names is not there.
    """
    options, settings = request.options, request.settings
    if "sigma" in settings:
        parse_sigma(settings["sigma"])
    if "noise" in settings:
        parse_noise(settings["noise"])
    if options.memory is not None:
        parse_bytes(options.memory)
    if not 0 < options.strength <= 100:
        raise ArgumentError(f"`--strength` must be over 0 and up to 100, got {options.strength:g}; 1 leaves it alone.")
    if (steps := settings.get("steps")) is not None and steps < 1:
        raise ArgumentError(f"`--steps` must be at least 1, got {steps}; leave it out for the usual number.")
    if (size := settings.get("kernel_size")) is not None and (size < 3 or size % 2 == 0 or not request.draws_kernel):
        raise ArgumentError(
            f"`--kernel-size` must be odd, at least 3, and left out beside `--kernel`, got {size}; leave it out."
        )
    usual = Fitting(seed=request.fitting.seed) if request.draws_samples else Fitting()
    if request.fitting != usual and not is_fit(request.method):
        raise ArgumentError("`--setting`, `--runs`, `--preview`, `--seed` must be left out, got one; they are for dip.")
    _check_samples(request)
    if options.trace and find_method(request.method, request.task).single_pass:
        raise ArgumentError(f"`--trace` must be left out for {request.task}, got it; there are no steps to write down.")
    if options.trace:
        require("matplotlib", "plot", "--trace")
    for name, path in _named(request):
        if not path.exists():
            raise ImageFileError(f"`--{name}` must be a file that exists, got {path}; check the name.")
        if not path.is_file():
            raise ImageFileError(f"`--{name}` must be a regular file, got {path}; name a file.")
    for job in jobs:
        _check_formats(job, request.quality)
    if len(jobs) == 1 and not options.skip_existing:
        for path in written_paths(jobs[0], request):
            if path.parent.is_dir():
                check_free(path, options.overwrite)


def _check_samples(request: Request) -> None:
    samples, options = request.settings.get("samples"), request.options
    if samples is not None and samples < 1:
        raise ArgumentError(f"`--samples` must be at least 1, got {samples}; leave it out for one picture.")
    if samples is not None and not request.draws_samples:
        raise ArgumentError(f"`--samples` must be left out for {request.method}, got {samples}; leave out the method.")
    if request.draws_samples and (request.error_map or options.strength != 1):
        raise ArgumentError("`--error-map` and `--strength` must be left out where samples are drawn, got one.")


def _check_formats(job: FileJob, quality: int | None) -> None:
    known = ", ".join(suffixes())
    for name, path in (("output", job.output), ("compare", job.compare)):
        if path is not None and path.suffix.lower() not in suffixes():
            raise ImageFileError(f"`--{name}` must end like a picture, got {str(path)!r}; use one of {known}.")
    lossy = [format for format in picture_formats() if format.holds.quality]
    if quality is not None and job.output.suffix.lower() not in suffixes(lossy):
        raise ArgumentError(
            f"`--output-quality` must be left out for {job.output.name}, got {quality}; only {titles(lossy, 'and')} "
            "have one."
        )


def _named(request: Request) -> Iterator[tuple[str, Path]]:
    """The files that settings name, by their options."""
    for option in request.row.options:
        value = request.settings.get(option.name)
        if value and option.reads == "file":
            yield option.name, Path(value)
        if value and option.reads == "kernel" and value != "lanczos" and not _FORMULA.match(value):
            path = Path(re.sub(r"(\.mat):\d+$", r"\1", value))
            if by_suffix(path) is not None:  # other names are explained by who reads it
                yield option.name, path
    if request.options.from_json is not None:
        yield "from-json", request.options.from_json


def traces_of(job: FileJob) -> tuple[Path, Path]:
    """The table and the drawing of what happened at each step."""
    # As preimage.restore.frame.trace names them, which needs torch.
    return job.record.with_suffix(".trace.csv"), job.record.with_suffix(".trace.png")


def written_paths(job: FileJob, request: Request) -> tuple[Path, ...]:
    """All that a job writes: picture, record, comparison, trace, error maps, samples, kernel found, preview."""
    traces = traces_of(job) if request.options.trace else ()
    compare = [job.compare] if job.compare else []
    previews = [] if request.fitting.preview is None else [job.preview]  # every 0 seconds is a preview, too
    maps, kernels = job.error_maps if request.error_map else (), [job.kernel] if request.draws_kernel else []
    samples = [job.samples] if request.draws_samples else []
    return (job.output, job.record, *compare, *traces, *maps, *samples, *kernels, *previews)


def check_apart(jobs: Sequence[FileJob], request: Request) -> None:
    """Refuse to write two things to one file, or anything over a file that is read; a picture may replace its input.

    Names that differ in case only are the same on some systems, and hard links are one file under several names.

    Raises:
        ArgumentError: it would happen.
    """
    read = {key: path for _, path in _named(request) if path != request.options.from_json for key in _keys(path)}
    inputs = {key: job.input for job in jobs for key in _keys(job.input)}
    taken: dict[object, Path] = {}
    for job in jobs:
        own = _keys(job.input)
        for number, path in enumerate(written_paths(job, request)):
            keys = _keys(path)
            others = {*read, *(key for key in inputs if number > 0 or key not in own)}
            if keys & others:
                raise _overlap(path, next({**inputs, **read}[key] for key in keys & others))
            if first := next((taken[key] for key in keys if key in taken), None):
                raise _overlap(path, first)
            taken |= dict.fromkeys(keys, path)


def _overlap(path: Path, other: Path) -> ArgumentError:
    return ArgumentError(
        f"`--output`, `--compare` and the record must be files of their own, got {path}, the same as {other}; "
        "name another."
    )


def _keys(path: Path) -> set[object]:
    keys: set[object] = {str(path.resolve()).casefold()}
    if path.is_file():
        status = path.stat()
        keys.add((status.st_dev, status.st_ino))
    return keys


def check_alone(request: Request) -> None:
    """Refuse settings beside ``--from-json``, which has them all.

    Raises:
        ArgumentError: there is one.
    """
    usual = {option.name: option.default for option in request.row.options}
    given = [name for name, value in request.settings.items() if value != usual[name]]
    if ":" in request.method:  # which is not run because a record names it, but because the user does
        given.remove("method")
    allowed = {"output", "compare", "overwrite", "skip_existing", "dry_run", "from_json"}
    for values, default in ((request.options, SharedOptions()), (request.fitting, Fitting())):
        usual_values = fields_of(default)
        given += [n for n, value in fields_of(values).items() if n not in allowed and value != usual_values[n]]
    if given:
        option = f"--{given[0].replace('_', '-')}"
        raise ArgumentError(f"`--from-json` must be the only setting, got {option} too; drop it, or drop --from-json.")
