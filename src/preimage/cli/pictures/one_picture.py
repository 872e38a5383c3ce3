"""One picture: restored, written, and told about, whatever becomes of it."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from preimage.cli.checks import traces_of, written_paths
from preimage.cli.fitting import choose_method
from preimage.cli.options import Request
from preimage.cli.output import complain, say
from preimage.cli.outputs import FileJob
from preimage.cli.progress import Bar, bar
from preimage.cli.words import in_shell_words

if TYPE_CHECKING:
    from preimage.restore import Record, Restored
    from preimage.restore.frame.work import Forecast

__all__ = ["PictureOutcome", "Work", "restore_one", "restored_picture", "try_picture", "was_interrupted"]

Work = Callable[[FileJob, Bar], "Restored"]
"""From what to read to the restored picture; the bar is moved on the way."""


@dataclass(frozen=True)
class PictureOutcome:
    """What became of a picture: it was restored, planned, failed or, with none of these, was there already."""

    picture: Path
    is_restored: bool = False
    is_interrupted: bool = False
    planned: "Forecast | None" = None
    failure: str = ""


def try_picture(job: FileJob, work: Work, request: Request, label: str) -> PictureOutcome:
    """Restore a picture; whatever goes wrong is that file's."""
    from preimage.cli.existing import is_done
    from preimage.cli.watching import Planned

    try:
        if request.options.skip_existing and not request.options.overwrite and is_done(job, request):
            return PictureOutcome(job.input)
        restored = restore_one(job, work, request, label)
        return PictureOutcome(job.input, True, was_interrupted(restored))
    except Planned as planned:
        return PictureOutcome(job.input, planned=planned.forecast)
    except Exception as error:  # whatever it is, it is that file's
        words = " ".join(in_shell_words(str(error)).split())
        return PictureOutcome(job.input, failure=words or type(error).__name__)


def restored_picture(request: Request, job: FileJob, progress: Bar) -> "Restored":
    """What the Python function of the task makes of a picture."""
    function: Callable[..., Restored] = request.row.function()
    method = choose_method(request.method, request.fitting, job, progress)
    return function(job.input, **request.arguments(), method=method, progress=progress)


def was_interrupted(restored: "Restored") -> bool:
    """Whether Ctrl-C ended it early."""
    return restored.reasons[-1].kind == "interrupted"


def restore_one(job: FileJob, work: Work, request: Request, label: str = "") -> "Restored":
    """Restore one file, write the picture, its record, comparison and trace, and print a summary.

    Raises:
        PreimageError: the input cannot be restored or an output cannot be written; none is left half-written.
        Planned: it is a dry run.
    """
    from preimage.cli.existing import is_half_done
    from preimage.cli.watching import Watching
    from preimage.denoisers import NoiseRangeWarning
    from preimage.files.atomic import check_free
    from preimage.files.limits import check_output

    options, preview = request.options, request.fitting.preview is not None
    overwrite = options.overwrite or (options.skip_existing and is_half_done(job))
    for path in written_paths(job, request):
        if path.parent.is_dir() or not options.dry_run:  # a dry run makes no folders
            check_free(path, overwrite)
    check_output(job.input, job.output, request.settings.get("factor") or request.settings.get("scale", 1))
    method = f" by {request.method}" if "method" in request.settings else ""
    say(f"{label}{job.input} -> {job.output}: {request.task}{method}")
    with bar(f"{label}{job.input.name}") as moved, warnings.catch_warnings():
        warnings.simplefilter("ignore", NoiseRangeWarning)  # among the notes of the record
        restored = work(job, Watching(moved.progress, moved.task, moved.label, options.dry_run, request.words))
    before = restored.image.pixels_of(job.input) if job.compare else None  # the output may replace the input
    restored = replace(restored, record=_write(job, restored, before, request, overwrite))
    if preview:
        job.preview.unlink(missing_ok=True)
    _summarise(job, restored, request)
    if was_interrupted(restored):
        complain(f"interrupted; the best picture so far is in {job.output}.")
    return restored


def _write(job: FileJob, restored: "Restored", before: object, request: Request, overwrite: bool) -> "Record":
    """Write all files, the record before the picture: whoever finds the picture after a kill finds its record, too."""
    from torch import Tensor

    from preimage.files.atomic import replacing_together
    from preimage.machine.memory import peak_bytes
    from preimage.restore.frame.compare import write_comparison
    from preimage.restore.frame.error_picture import write_error_maps
    from preimage.restore.frame.sample_pages import write_sample_pages
    from preimage.restore.frame.trace import write_trace
    from preimage.restore.tasks.found_kernel import FoundKernel, write_kernel

    _, record, *others = (path for path in written_paths(job, request) if path != job.preview)
    paths = (record, *others, job.output)
    with replacing_together(paths, overwrite) as staged:
        at = dict(zip(paths, staged, strict=True))
        notes = restored.image.write(at[job.output], quality=request.quality)
        if job.compare and isinstance(before, Tensor):
            write_comparison(at[job.compare], before, restored.image.pixels)
        if request.options.trace:
            write_trace(restored.histories, at[record])
        if request.error_map:
            write_error_maps(restored.error_maps, *(at[path] for path in job.error_maps))
        if request.draws_samples:
            notes += write_sample_pages(restored.samples, at[job.samples])
        if request.draws_kernel:
            write_kernel(FoundKernel.recorded(restored.record.resolved), at[job.kernel])
        encoded = {} if request.quality is None else {"output_quality": request.quality}
        told = replace(
            restored.record, notes=(*restored.record.notes, *notes), output=str(job.output.resolve()),
            peak_memory=peak_bytes(), settings={**restored.record.settings, **encoded},
        )  # fmt: skip
        told.write(at[record])
    return told


def _summarise(job: FileJob, restored: "Restored", request: Request) -> None:
    from preimage.machine.memory import format_bytes

    record = restored.record
    say(f"  {record.stopped} in {record.seconds:.1f} s on {record.resolved['device']}")
    say(f"  peak memory {format_bytes(record.peak_memory)}; record {job.record}")
    if job.compare:
        say(f"  comparison {job.compare}")
    if request.options.trace:
        table, drawing = traces_of(job)
        say(f"  trace {table}, {drawing.name}")
    if record.settings.get("kernel") == "auto":
        say(f"  kernel {job.kernel}")
    if restored.error_maps:
        told = record.resolved["error_map"].get("measured", {}).values()
        ends = dict.fromkeys(f"{100 * share:.1f}" for share in (min(told, default=0.9), max(told, default=0.9)))
        held = f"; such maps held for {' to '.join(ends)} % of the pixels of test pictures" if told else ""
        say(f"  error map {job.error_maps[0]}, {job.error_maps[1].name}{held}")
    if restored.samples:
        say(f"  {len(restored.samples)} samples {job.samples}")
    for note in record.notes:
        say(f"  note: {note}")
