"""Running the jobs and telling about them."""

import sys
from collections.abc import Sequence

from preimage.cli.interrupts import INTERRUPTED
from preimage.cli.options import Request
from preimage.cli.output import complain, say
from preimage.cli.outputs import FileJob
from preimage.cli.pictures.one_picture import PictureOutcome, Work, try_picture
from preimage.cli.pictures.side_by_side import processes_for, restore_side_by_side
from preimage.cli.progress import duration

__all__ = ["restore_all"]


def restore_all(jobs: Sequence[FileJob], work: Work, request: Request) -> int:
    """Do every job, whatever becomes of the others; returns the exit status: 1 if one failed, 130 after Ctrl-C."""
    count = processes_for(jobs, request)
    if count > 1:
        say(f"{len(jobs)} pictures, {count} at a time")
        found = restore_side_by_side(jobs, request, count)
    else:
        labels = (f"[{number}/{len(jobs)}] " for number in range(1, len(jobs) + 1))
        found = ((try_picture(job, work, request, label), "", "") for job, label in zip(jobs, labels, strict=True))
    outcomes: list[PictureOutcome] = []
    for outcome, said, complained in found:
        outcomes.append(outcome)
        sys.stdout.write(said)
        sys.stderr.write(complained)
        if outcome.failure:
            complain(f"{outcome.picture}: {outcome.failure}")
        if outcome.is_interrupted:
            restored = sum(each.is_restored for each in outcomes)
            say(f"{restored} of {len(jobs)} restored, the last one not to its end.")
            return INTERRUPTED
    _conclude(outcomes, request.options.dry_run)
    return 1 if any(outcome.failure for outcome in outcomes) else 0


def _conclude(outcomes: Sequence[PictureOutcome], dry: bool) -> None:
    forecasts = [outcome.planned for outcome in outcomes if outcome.planned is not None]
    failures = [outcome for outcome in outcomes if outcome.failure]
    restored = sum(outcome.is_restored for outcome in outcomes)
    skipped = len(outcomes) - restored - len(forecasts) - len(failures)
    parts = [f"{restored} of {len(outcomes)} restored"]
    if dry:
        known = [forecast.seconds for forecast in forecasts if forecast.seconds is not None]
        rest = f", in about {duration(sum(known))}" if known else ""
        parts = [f"{len(forecasts)} of {len(outcomes)} would be restored{rest}; nothing was written"]
    if skipped:
        parts.append(f"{skipped} already there")
    if failures:
        parts.append(f"{len(failures)} {'would fail' if dry else 'failed'}:")
    say("; ".join(parts) + ("" if failures else "."))
    for outcome in failures:
        say(f"  {outcome.picture}: {outcome.failure}")
