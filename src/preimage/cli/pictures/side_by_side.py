"""Several pictures of a folder at a time, each in a process of its own."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

from preimage.cli.options import Request
from preimage.cli.outputs import FileJob
from preimage.cli.pictures.one_picture import PictureOutcome, restored_picture, try_picture
from preimage.errors import ArgumentError
from preimage.machine.memory import available_bytes
from preimage.machine.starting import starting_context
from preimage.restore.table import is_fit

__all__ = ["processes_for", "restore_side_by_side"]

_WORTH = 8 << 20  # bytes of pictures from which two seconds of imports in each process pay
_ENDED = "its process was ended; --jobs 1 takes less memory."
_MEMORY = 2 << 30  # for each process, where nobody said how many there are to be


def processes_for(jobs: Sequence[FileJob], request: Request) -> int:
    """How many pictures are restored at a time: as many as asked for, or by default one for each core.

    By default it is one where the pictures are few and small, where memory is limited or scarce, and on a GPU; a deep
    image prior is fitted one by one, because Ctrl-C ends a fit with the best picture so far.

    Raises:
        ArgumentError: fewer than one are asked for, or several of what goes one by one.
    """
    asked, options = request.options.jobs, request.options
    if asked is not None and asked < 1:
        raise ArgumentError(f"`--jobs` must be at least 1, got {asked}; leave it out for one for each core.")
    one_by_one = is_fit(request.method) or options.dry_run or options.from_json is not None
    if asked is not None:
        if asked > 1 and is_fit(request.method):
            raise ArgumentError(f"`--jobs` must be 1 for {request.method}, got {asked}; its fits use all cores.")
        return 1 if one_by_one else min(asked, max(len(jobs), 1))
    if one_by_one or options.memory is not None or options.device not in ("auto", "cpu") or _has_gpu():
        return 1
    if sum(job.input.stat().st_size for job in jobs if job.input.is_file()) < _WORTH:
        return 1
    return max(1, min(len(jobs), _cores(), available_bytes() // _MEMORY))


def restore_side_by_side(
    jobs: Sequence[FileJob], request: Request, count: int
) -> Iterator[tuple[PictureOutcome, str, str]]:
    """What becomes of each picture, in order, with what would have been printed on the way, and of errors.

    While one process reads or writes, others compute; each has its share of the threads.
    """
    threads = max(1, _cores() // count)
    context = starting_context(["torch", __name__, request.row.module])
    with ProcessPoolExecutor(count, context, _begin, (threads,)) as pool:
        labels = [f"[{number}/{len(jobs)}] " for number in range(1, len(jobs) + 1)]
        found = [pool.submit(_restore, job, request, label) for job, label in zip(jobs, labels, strict=True)]
        try:
            for job, each in zip(jobs, found, strict=True):
                try:
                    yield each.result()
                except BrokenProcessPool:
                    yield PictureOutcome(job.input, failure=_ENDED), "", ""
        finally:
            pool.shutdown(cancel_futures=True)


def _begin(threads: int) -> None:
    """Each process has its share of the threads, and goes silently at Ctrl-C: nothing half-written is left."""
    import torch

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    torch.set_num_threads(threads)


def _restore(job: FileJob, request: Request, label: str) -> tuple[PictureOutcome, str, str]:
    with redirect_stdout(StringIO()) as said, redirect_stderr(StringIO()) as complained:
        outcome = try_picture(job, lambda job, bar: restored_picture(request, job, bar), request, label)
    return outcome, said.getvalue(), complained.getvalue()


def _cores() -> int:
    """Those that this process may use, or as many as the user allows threads."""
    there = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(there, int(os.environ.get("OMP_NUM_THREADS", "0") or 0) or there)


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available() or torch.backends.mps.is_available()
