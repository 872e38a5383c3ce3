"""Running the jobs and telling about them."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from preimage._optional import require
from preimage.cli.inputs import Job
from preimage.cli.interrupts import INTERRUPTED
from preimage.cli.options import Options
from preimage.cli.output import complain, say
from preimage.cli.progress import Bar, bar
from preimage.errors import ArgumentError

if TYPE_CHECKING:
    from preimage.restore import Restored

__all__ = ["restore_all", "restore_one", "was_interrupted"]

Work = Callable[[Job, Bar], "Restored"]
"""From what to read to the restored picture; the bar is moved on the way."""


def restore_all(jobs: Sequence[Job], work: Work, options: Options, preview: bool = False) -> int:
    """Do every job, whatever becomes of the others; returns the exit status: 1 if one failed, 130 after Ctrl-C."""
    failures: list[tuple[Path, str]] = []
    for number, job in enumerate(jobs, 1):
        try:
            restored = restore_one(job, work, options, f"[{number}/{len(jobs)}] {job.input.name}", preview)
            if was_interrupted(restored):
                say(f"{number - len(failures)} of {len(jobs)} restored, the last one not to its end.")
                return INTERRUPTED
        except Exception as error:  # whatever it is, it is that file's
            reason = " ".join(str(error).split()) or type(error).__name__
            failures.append((job.input, reason))
            complain(f"{job.input}: {reason}")
    say(f"{len(jobs) - len(failures)} of {len(jobs)} restored" + (f"; {len(failures)} failed:" if failures else "."))
    for path, reason in failures:
        say(f"  {path}: {reason}")
    return 1 if failures else 0


def was_interrupted(restored: "Restored") -> bool:
    """Whether Ctrl-C ended it early."""
    return restored.record.stopped.startswith("interrupted")


def restore_one(job: Job, work: Work, options: Options, label: str = "", preview: bool = False) -> "Restored":
    """Restore one file, write the picture, its record, comparison and trace, and print a summary.

    Args:
        preview: whether ``work`` writes ``job.preview``, which is removed where the picture itself is there.

    Raises:
        PreimageError: the input cannot be restored or an output cannot be written; none is left half-written.
    """
    from preimage.denoisers import NoiseRangeWarning
    from preimage.files.atomic import check_free, replacing_together
    from preimage.files.image_file import ImageFile
    from preimage.files.image_write import format_of
    from preimage.machine.memory import peak_bytes
    from preimage.restore.compare import write_comparison
    from preimage.restore.trace import trace_files, write_trace

    overwrite, traces = options.overwrite, trace_files(job.record) if options.trace else ()
    compare, previews = [job.compare] if job.compare else [], [job.preview] if preview else []
    written = (job.output, job.record, *compare, *traces, *previews)
    _check_apart(job.input, written)
    for path in written:
        check_free(path, overwrite)
    format_of(job.output)
    if options.trace:
        require("matplotlib", "plot", "--trace")
    with bar(label or job.input.name) as progress, warnings.catch_warnings():
        warnings.simplefilter("ignore", NoiseRangeWarning)  # among the notes of the record
        restored = work(job, progress)
    before = ImageFile.read(job.input).pixels if job.compare else None  # the output may replace the input
    with replacing_together((job.output, *compare, *traces, job.record), overwrite) as staged:
        notes = restored.image.write(staged[0])
        if job.compare and before is not None:
            write_comparison(staged[1], before, restored.image.pixels)
        if options.trace:
            write_trace(restored.histories, staged[-1])
        record = replace(
            restored.record, notes=(*restored.record.notes, *notes), output=str(job.output.resolve()),
            peak_memory=peak_bytes(),
        )  # fmt: skip
        record.write(staged[-1])
    for path in previews:
        path.unlink(missing_ok=True)
    _summarise(job, replace(restored, record=record))
    if traces:
        say(f"  trace {traces[0]}, {traces[1].name}")
    if was_interrupted(restored):
        complain(f"interrupted; the best picture so far is in {job.output}.")
    return replace(restored, record=record)


def _check_apart(source: Path, written: Sequence[Path]) -> None:
    """Refuse to write two things to one file, or a record or comparison over the input.

    Raises:
        ArgumentError: it would happen.
    """
    places = [path.resolve() for path in written]
    for number, place in enumerate(places):
        if place in places[:number] or (number > 0 and place == source.resolve()):
            raise ArgumentError(
                f"`--output`, `--compare` and the record must be files of their own, got {written[number]} twice, or "
                "the input; name another file."
            )


def _summarise(job: Job, restored: "Restored") -> None:
    from preimage.machine.memory import format_bytes

    record = restored.record
    say(f"{job.input} -> {job.output}")
    say(f"  {record.degradation}")
    say(f"  {record.stopped} in {record.seconds:.1f} s on {record.resolved['device']}")
    say(f"  peak memory {format_bytes(record.peak_memory)}; record {job.record}")
    if job.compare:
        say(f"  comparison {job.compare}")
    for note in record.notes:
        say(f"  note: {note}")
