"""``preimage restore denoise`` of raw pictures of cameras."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from preimage.cli.interrupts import import_interruptibly
from preimage.cli.options import Request, SharedOptions
from preimage.cli.output import say
from preimage.errors import ArgumentError, ImageFileError
from preimage.files.atomic import check_free
from preimage.files.formats.raw import RAW
from preimage.files.formats.table import by_suffix
from preimage.files.places import record_beside
from preimage.files.stacks.opening import open_lazily
from preimage.files.stacks.stored import StoredArray

if TYPE_CHECKING:
    from preimage.restore import Record

__all__ = ["repeat_raw", "run_raw"]


def run_raw(request: Request, array: StoredArray) -> int:
    """Restore a mosaic as a command asks for it.

    Raises:
        PreimageError: a file cannot be read or written, or an option is out of range or not for mosaics.
    """
    import_interruptibly("preimage.restore.raw.restore_raw")
    from preimage.restore.frame.engine import as_method
    from preimage.restore.frame.settings import Settings
    from preimage.restore.tasks.denoise import Denoise

    arguments = request.arguments()
    task = Denoise(arguments.pop("noise", "auto"))
    return _carry_out(request, array, task, as_method(request.method, "denoise"), Settings(**arguments))


def repeat_raw(request: Request, record: "Record") -> int:
    """Do again what a record of a mosaic tells.

    Raises:
        PreimageError: it is no whole record, or the input or the weights are not the recorded ones.
    """
    import_interruptibly("preimage.restore.raw.restore_raw")
    from preimage.files.digest import path_sha256
    from preimage.restore.raw.repetition import recorded_raw

    path = Path(request.inputs[0]) if request.inputs else Path(record.input["path"])
    if path_sha256(path) != record.input["sha256"]:
        raise ArgumentError(f"`INPUT` must be the recorded one, got {path}, whose bytes differ; get the original.")
    found = recorded_raw(record)
    return _carry_out(request, open_lazily(path), found.task, found.method, found.settings)


def _carry_out(request: Request, array: StoredArray, task: Any, method: Any, settings: Any) -> int:
    from preimage.machine.memory import format_bytes
    from preimage.restore.raw.restore_raw import RawJob, carry_out_raw

    options, output = request.options, _output(request.options, array.path)
    for path in (output, record_beside(output)):
        check_free(path, options.overwrite)
    if output.resolve() == array.path.resolve():
        raise ArgumentError(f"`--output` must be a file of its own, got {output}, which is the input; name another.")
    say(f"{array.path} -> {output}: {request.task} by {method.name}")
    if options.dry_run:
        say("dry run: nothing was written.")
        return 0
    job = RawJob(array, output, options.overwrite, lambda words: say(f"  {words}"))
    record = carry_out_raw(job, task, method, settings)
    say(f"  {record.stopped} in {record.seconds:.1f} s on {record.resolved['device']}")
    say(f"  peak memory {format_bytes(record.peak_memory)}; record {record_beside(output)}")
    for note in record.notes:
        say(f"  note: {note}")
    return 0


def _output(options: SharedOptions, path: Path) -> Path:
    """Where the result goes: beside the input as the mosaic in TIFF, where nothing is named.

    Raises:
        ImageFileError: a raw file is named.
    """
    if options.skip_existing or options.mode != "planes":
        raise ArgumentError("`--skip-existing` and `--mode` must be left out for the mosaic of a camera.")
    output = path.with_name(f"{path.stem}-denoised.tif") if options.output is None else options.output
    if by_suffix(output) is RAW:
        raise ImageFileError(
            f"`--output` must be a picture or an array, got {output}: no DNG is written; .png is the picture, "
            "developed, .tif the mosaic."
        )
    return output
