"""``preimage restore``."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import App

from preimage.cli.checks import check_alone, check_apart, check_request
from preimage.cli.commands import command_of
from preimage.cli.interrupts import INTERRUPTED, import_interruptibly
from preimage.cli.options import Request
from preimage.cli.output import say
from preimage.cli.outputs import FilePlan, make_folders, plan
from preimage.cli.pictures.batch import restore_all
from preimage.cli.pictures.one_picture import Work, restore_one, restored_picture, was_interrupted
from preimage.cli.reconstruct import add_modalities
from preimage.cli.stacks import is_stack, run_stack
from preimage.errors import ArgumentError
from preimage.restore.table import TASKS

if TYPE_CHECKING:
    from preimage.restore import Record

__all__ = ["build_restore"]

_HELP = "Restore photographs: files, folders or patterns of PNG, JPEG, TIFF, WebP and BMP; and stacks of microscopes."


def build_restore() -> App:
    """``preimage restore``, with a command for every task of the table, and for stacks."""
    app = App("restore", help=_HELP)
    for row in TASKS:
        app.command(command_of(row, _run), name=row.name, help=row.help, help_epilogue=f"Examples:\n\n{row.examples}")
    add_modalities(app, "restore")
    return app


def _run(request: Request) -> int:
    options = request.options
    if is_stack(request):
        return run_stack(request)
    if options.scheduler is not None:
        raise ArgumentError(f"`--scheduler` must be left out for pictures, got {options.scheduler}; it is for stacks.")
    if options.from_json is not None:
        return _repeat(request, options.from_json)
    planned = plan(request.inputs, options.output, options.compare, request.task, options.recursive)
    return _carry_out(planned, request, lambda job, progress: restored_picture(request, job, progress))


def _carry_out(planned: FilePlan, request: Request, work: Work) -> int:
    check_apart(planned.jobs, request)
    check_request(request, planned.jobs)
    _say_passed_over(planned.passed_over)
    _load(request)
    from preimage.cli.watching import Planned

    options = request.options
    if not options.dry_run:
        make_folders(planned.jobs, planned.single)
    if not planned.single or options.skip_existing:
        return restore_all(planned.jobs, work, request)
    try:
        restored = restore_one(planned.jobs[0], work, request)
    except Planned:
        say("dry run: nothing was written.")
        return 0
    return INTERRUPTED if was_interrupted(restored) else 0


def _load(request: Request) -> None:
    """Import what the work needs, which takes seconds."""
    for module in ("preimage.restore.repetition", request.row.module):
        import_interruptibly(module)


def _repeat(request: Request, source: Path) -> int:
    check_alone(request)
    check_request(request, ())
    _load(request)
    from preimage.restore import Record, repeat

    record = Record.read(source)
    if record.task != request.task:
        raise ArgumentError(
            f"`--from-json` must record {request.task}, got {record.task}; use preimage restore {record.task}."
        )
    planned = plan(request.inputs or (record.input["path"],), *_places(request), request.task)
    if not planned.single:
        raise ArgumentError("`INPUT` must be the recorded picture, got several; give one, or none.")
    foreign = request.method if ":" in request.method else None
    return _carry_out(planned, _as_recorded(request, record), lambda job, bar: repeat(record, job.input, bar, foreign))


def _places(request: Request) -> tuple[Path | None, Path | None]:
    return request.options.output, request.options.compare


def _as_recorded(request: Request, record: "Record") -> Request:
    """With the quality in which the picture was written."""
    quality: Any = record.settings.get("output_quality")
    settings = {name: value for name, value in record.settings.items() if name in ("method", "error_map", "samples")}
    settings |= {"kernel": "auto"} if record.settings.get("kernel") == "auto" else {}
    return replace(request, settings=settings, quality=request.quality or quality, words=record.degradation)


def _say_passed_over(paths: tuple[Path, ...]) -> None:
    """One line for all files that are no pictures."""
    if not paths:
        return
    shown = ", ".join(f"{path.name}/" if path.is_dir() else path.name for path in paths[:8])
    more = f" and {len(paths) - 8} more" if len(paths) > 8 else ""
    hint = "; --recursive looks into folders" if any(path.is_dir() for path in paths) else ""
    say(f"passed over, no pictures to restore: {shown}{more}{hint}")
