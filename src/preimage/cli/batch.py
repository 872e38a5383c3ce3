"""Running the jobs and telling about them."""

import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from preimage._optional import require
from preimage.cli.inputs import Job
from preimage.cli.options import Options
from preimage.cli.progress import Bar, bar
from preimage.errors import ArgumentError

if TYPE_CHECKING:
    from preimage.restore import Restored

__all__ = ["INTERRUPTED", "restore_all", "restore_one", "was_interrupted"]

INTERRUPTED = 130
"""Exit status after Ctrl-C."""

Work = Callable[[Job, Bar], "Restored"]
"""From what to read to the restored picture; the bar is moved on the way."""


def restore_all(jobs: Sequence[Job], work: Work, options: Options, preview: bool = False) -> int:
    """Do every job, whatever becomes of the others; returns the exit status: 1 if one failed, 130 after Ctrl-C."""
    failures: list[tuple[Path, str]] = []
    for number, job in enumerate(jobs, 1):
        try:
            restored = restore_one(job, work, options, f"[{number}/{len(jobs)}] {job.input.name}", preview)
            if was_interrupted(restored):
                print(f"{number - len(failures)} of {len(jobs)} restored, the last one not to its end.")
                return INTERRUPTED
        except Exception as error:  # whatever it is, it is that file's
            reason = " ".join(str(error).split()) or type(error).__name__
            failures.append((job.input, reason))
            print(f"preimage: {job.input}: {reason}", file=sys.stderr)
    print(f"{len(jobs) - len(failures)} of {len(jobs)} restored" + (f"; {len(failures)} failed:" if failures else "."))
    for path, reason in failures:
        print(f"  {path}: {reason}")
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
    from preimage.files.atomic import check_free
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
    before = restored.image.pixels_of(job.input) if job.compare else None  # the output may replace the input
    notes = restored.image.write(job.output, overwrite)
    if job.compare and before is not None:
        write_comparison(job.compare, before, restored.image.pixels, overwrite=overwrite)
    if options.trace:
        write_trace(restored.histories, job.record, overwrite)
    record = replace(
        restored.record, notes=(*restored.record.notes, *notes), output=str(job.output.resolve()),
        peak_memory=peak_bytes(),
    )  # fmt: skip
    record.write(job.record, overwrite)
    for path in previews:
        path.unlink(missing_ok=True)
    _summarise(job, replace(restored, record=record))
    if traces:
        print(f"  trace {traces[0]}, {traces[1].name}")
    if was_interrupted(restored):
        print(f"preimage: interrupted; the best picture so far is in {job.output}.", file=sys.stderr)
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
    print(f"{job.input} -> {job.output}")
    print(f"  {record.degradation}")
    print(f"  {record.stopped} in {record.seconds:.1f} s on {record.resolved['device']}")
    print(f"  peak memory {format_bytes(record.peak_memory)}; record {job.record}")
    if job.compare:
        print(f"  comparison {job.compare}")
    for note in record.notes:
        print(f"  note: {note}")
