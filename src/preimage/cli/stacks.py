"""``preimage restore denoise`` and ``deblur`` of stacks: files of several planes, or of values in their own units."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from preimage.cli.checks import check_alone, check_request
from preimage.cli.interrupts import import_interruptibly
from preimage.cli.options import Fitting, Request
from preimage.cli.output import say
from preimage.cli.progress import Bar, bar
from preimage.cli.raw import repeat_raw, run_raw
from preimage.errors import ArgumentError, ImageFileError, PreimageError
from preimage.files.atomic import check_free
from preimage.files.formats.table import by_suffix
from preimage.files.places import base_name, record_beside
from preimage.files.stacks.opening import holds_planes, open_lazily
from preimage.files.stacks.stored import StoredArray
from preimage.files.stacks.writing import stack_format_of

if TYPE_CHECKING:
    from preimage.restore import Record
    from preimage.restore.frame.task import Task
    from preimage.restore.stacks.job import StackJob

__all__ = ["holds_stack", "is_stack", "place_beside", "run_stack"]

_TASKS = ("denoise", "deblur")


def is_stack(request: Request) -> bool:
    """Whether a command is about one stack: by its axes, its format, or that of what is written."""
    options = request.options
    if options.axes is not None or options.key is not None or options.mode != "planes":
        return True
    if options.from_json is not None:
        return _is_of_stack(options.from_json)
    return len(request.inputs) == 1 and holds_stack(Path(request.inputs[0]), options.output)


def holds_stack(path: Path, output: Path | None) -> bool:
    """Whether a file or folder is taken for a stack: by its format and planes, or by the format of what is written."""
    if not path.exists():
        return False
    try:
        wanted = None if output is None or path.is_dir() else by_suffix(output)
        if wanted is not None and not wanted.is_picture:
            return True
        return holds_planes(path)
    except PreimageError:
        return False  # whoever reads it as a picture says what is wrong


def _is_of_stack(record: Path) -> bool:
    """Whether a record is one of a stack, or a mosaic, as far as can be seen without reading it as a record."""
    try:
        # Reading a pipe would wait for ever; whoever reads the record refuses it.
        text = record.read_text(encoding="utf-8") if record.is_file() else ""
        return '"stack": {' in text or '"mosaic": {' in text
    except (OSError, UnicodeDecodeError):
        return False


def run_stack(request: Request) -> int:
    """Restore the stack that a command is about.

    Raises:
        PreimageError: a file cannot be read or written, or an option is out of range or not for stacks.
    """
    options = request.options
    if request.task not in _TASKS:
        raise ArgumentError(
            f"`INPUT` must be a picture for {request.task}, got a stack; denoise, deblur and deconvolve take stacks."
        )
    if options.from_json is not None:
        check_alone(request)
    check_request(request, ())
    if options.compare is not None or options.trace or request.fitting != Fitting() or options.recursive:
        raise ArgumentError("`--compare`, `--trace`, `--recursive` and options of dip must be left out for a stack.")
    if len(request.inputs) > 1 or (not request.inputs and options.from_json is None):
        raise ArgumentError(f"`INPUT` must be one stack, got {len(request.inputs)}; give one at a time.")
    import_interruptibly("preimage.restore.stacks.restore_stack")
    return _again(request, options.from_json) if options.from_json is not None else _first_time(request)


def _first_time(request: Request) -> int:
    from preimage.restore.frame.engine import as_method
    from preimage.restore.frame.settings import Settings

    options = request.options
    array = open_lazily(request.inputs[0], options.key, options.axes)
    if request.task == "denoise" and {"pattern", "black"} <= array.layout.metadata.keys():
        return run_raw(request, array)
    arguments = request.arguments()
    task = _task(request, arguments)
    job = _job(request, array, options.mode)
    return _carry_out(request, job, task, as_method(request.method, request.task), Settings(**arguments))


def _task(request: Request, arguments: dict[str, Any]) -> "Task":
    """What is to be undone, whose options are taken out of ``arguments``."""
    from preimage.restore.frame.task import Task
    from preimage.restore.stacks.job import OPTIONS

    if request.draws_kernel:
        raise ArgumentError("`--kernel` must name the blur of a stack, got auto; it is found in pictures only.")
    options = {name: arguments.pop(name) for name in OPTIONS[request.task] if name in arguments}
    return request.row.load(Task).of(request.inputs[0], options)


def _job(request: Request, array: StoredArray, mode: str, survey: Any = None) -> "StackJob":
    from preimage.restore.stacks.job import StackJob

    options = request.options
    output = place_beside(array, request.row.done) if options.output is None else options.output
    _, stacks = stack_format_of(output, array.layout)
    for path, is_folder in ((output, stacks.makes_folder), (record_beside(output), False)):
        check_free(path, options.overwrite or options.skip_existing, is_folder)
    if output.resolve() == array.path.resolve():
        raise ArgumentError(f"`--output` must be a file of its own, got {output}, which is the input; name another.")
    told = (lambda words: say(f"  {words}")) if options.from_json is None or survey else None
    overwrite = options.overwrite or options.skip_existing
    return StackJob(array, options.key, options.axes, output, overwrite, mode, survey, told, options.scheduler)


def place_beside(array: StoredArray, done: str) -> Path:
    """Beside the input; what is not written in its format is NIfTI where its place is known, else TIFF."""
    found, path = by_suffix(array.path), array.path
    stem = path.name if found is None else base_name(path)
    own = path.name[len(stem) :]
    writes = found is not None and found.stacks is not None and found.stacks.create is not None
    other = ".nii" if array.layout.affine is not None and len(array.shape) > 2 else ".tif"
    return path.with_name(f"{stem}-{done}{own if writes else other}")


def _carry_out(
    request: Request, job: "StackJob", task: Any, method: Any, settings: Any, block: tuple[int, ...] | None = None
) -> int:
    from preimage.denoisers import NoiseRangeWarning
    from preimage.machine.memory import format_bytes
    from preimage.restore.stacks.job import check_stack

    check_stack(job, task, method, settings)
    if request.options.skip_existing and _is_done(job):
        say(f"{job.output} is there already.")
        return 0
    say(f"{job.array.path} -> {job.output}: {request.task} by {method.name}")
    if request.options.dry_run:
        layout = job.array.layout
        say(f"  {layout.axes} {'x'.join(map(str, layout.shape))} of {layout.dtype.name}")
        if (folder := _folder_of_blocks(job, task, method, settings, block)) is not None:
            say(f"  in blocks, in {folder}")
        say("dry run: nothing was written.")
        return 0
    with bar(job.array.path.name) as moved, warnings.catch_warnings():
        warnings.simplefilter("ignore", NoiseRangeWarning)  # among the notes of the record
        record = _done(job, task, method, settings, block, moved)
    say(f"  {record.stopped} in {record.seconds:.1f} s on {record.resolved['device']}")
    say(f"  peak memory {format_bytes(record.peak_memory)}; record {record_beside(job.output)}")
    for note in record.notes:
        say(f"  note: {note}")
    return 0


def _done(
    job: "StackJob", task: Any, method: Any, settings: Any, block: tuple[int, ...] | None, moved: Bar
) -> "Record":
    """Plane by plane, or block by block where memory, a cluster or a record ask for it."""
    from preimage.restore.stacks.restore_stack import carry_out_stack

    folder = _folder_of_blocks(job, task, method, settings, block)
    if folder is None:
        return carry_out_stack(job, task, method, settings, moved)
    from preimage.blocks import executor_of
    from preimage.restore.stacks.blocked import carry_out_blocks
    from preimage.restore.stacks.blocking import BlockedJob

    say(f"  work in {folder}, where the same command goes on if it is interrupted")
    with executor_of(job.scheduler) as executor:
        return carry_out_blocks(BlockedJob(job, block, executor), task, method, settings, moved)


def _folder_of_blocks(
    job: "StackJob", task: Any, method: Any, settings: Any, block: tuple[int, ...] | None
) -> Path | None:
    """Where the work is where it is done block by block."""
    from preimage.restore.stacks.blocked import stack_needs_blocks, work_folder
    from preimage.restore.stacks.blocking import BlockedJob

    return work_folder(job.output) if stack_needs_blocks(BlockedJob(job, block), task, method, settings) else None


def _is_done(job: "StackJob") -> bool:
    """Whether the output is there with the record of the same input.

    Raises:
        ArgumentError: it is there, and made from something else.
    """
    from preimage.files.digest import path_sha256
    from preimage.restore import Record

    if not job.output.exists():
        return False
    try:
        record = Record.read(record_beside(job.output))
    except ImageFileError:
        record = None
    if record is None or record.input["sha256"] != path_sha256(job.array.path):
        raise ArgumentError(f"{job.output} exists, but was made from something else; --overwrite replaces it.")
    return True


def _again(request: Request, source: Path) -> int:
    from preimage.files.digest import path_sha256
    from preimage.restore import Record
    from preimage.restore.stacks.repetition import recorded_stack

    record: Record = Record.read(source)
    if "mosaic" in record.resolved:
        return repeat_raw(request, record)
    path = Path(request.inputs[0]) if request.inputs else Path(record.input["path"])
    found = recorded_stack(record)
    array = open_lazily(path, found.key, found.axes)
    if path_sha256(path) != record.input["sha256"]:
        raise ArgumentError(f"`INPUT` must be the recorded one, got {path}, whose bytes differ; get the original.")
    job = _job(request, array, found.mode, found.survey)
    return _carry_out(request, job, found.task, found.method, found.settings, found.block)
