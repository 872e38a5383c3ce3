"""``preimage reconstruct``."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Group, Parameter

from preimage._fields import fields_of
from preimage.cli.interrupts import import_interruptibly
from preimage.cli.output import say
from preimage.cli.progress import bar
from preimage.errors import ArgumentError, ImageFileError
from preimage.files.atomic import check_free
from preimage.files.places import record_beside
from preimage.files.stacks.writing import stack_format_of
from preimage.reconstruct.outputs.places import written_files
from preimage.reconstruct.outputs.table import check_output_format, output_suffixes
from preimage.reconstruct.table import MODALITIES, ModalityRow, find_modality

if TYPE_CHECKING:
    from preimage.reconstruct import Reconstructed, ScanRecord
    from preimage.reconstruct.frame.engine import ScanPlan
    from preimage.reconstruct.frame.settings import ScanSettings

__all__ = ["OutputOptions", "add_modalities", "build_reconstruct"]

_FILES = Group("Files", sort_key=2)
_HELP = "Reconstruct images and volumes from the measurements of scanners."


@Parameter(name="*")
@dataclass(frozen=True)
class OutputOptions:
    """What is written, and whether."""

    output: Annotated[
        Path | None,
        Parameter(name=["--output", "-o"], group=_FILES, help=f"File to write: {', '.join(output_suffixes())}."),
    ] = None
    no_preview: Annotated[bool, Parameter(group=_FILES)] = False
    "Draw no picture of the result."
    overwrite: Annotated[bool, Parameter(group=_FILES)] = False
    "Replace files that exist."
    skip_existing: Annotated[bool, Parameter(group=_FILES)] = False
    "Do nothing where the output is there with the record of the same input and settings."
    dry_run: Annotated[bool, Parameter(group=_FILES)] = False
    "Check everything, say what would be done, and write nothing."
    from_json: Annotated[Path | None, Parameter(group=_FILES)] = None
    "Repeat the reconstruction recorded in this file; other settings are then taken from it."


_USUAL = OutputOptions()


class _Planned(Exception):
    """Enough is known of what is not to be done."""


def build_reconstruct() -> App:
    """``preimage reconstruct``, with a command for every modality of the table."""
    app = App("reconstruct", help=_HELP)
    add_modalities(app, "reconstruct")
    return app


def add_modalities(app: App, command: str) -> None:
    """Give ``app`` a command for every modality of the table that is one of ``command``."""
    for row in MODALITIES:
        if row.command == command:
            told = {"name": row.name, "help": row.help, "help_epilogue": f"Examples:\n\n{row.examples}"}
            app.command(_command_of(row), default_parameter=Parameter(negative=()), **told)


def _command_of(row: ModalityRow) -> Any:
    kind, usual = Annotated[row.settings, Parameter(name="*")], row.settings()

    def command(
        source: Annotated[Path | None, Parameter(name="INPUT", help=row.input_help)] = None,
        *,
        settings: kind = usual,  # pyright: ignore[reportInvalidTypeForm]
        options: OutputOptions = _USUAL,
    ) -> int:
        return _run(row, source, settings, options)

    return command


def _run(row: ModalityRow, source: Path | None, settings: "ScanSettings", options: OutputOptions) -> int:
    output = _checked_output(options)
    if options.from_json is not None:
        _check_alone(row, settings)
    elif source is None:
        raise ArgumentError("`INPUT` must be given, got none; name the file of the measurement.")
    if source is not None and not source.exists():
        raise ImageFileError(f"`INPUT` must be a file that exists, got {source}; check the name.")
    for module in ("preimage.reconstruct.repetition", row.module):
        import_interruptibly(module)
    from preimage.reconstruct import ScanRecord, write_reconstruction

    record = None if options.from_json is None else ScanRecord.read(options.from_json)
    if record is not None and record.modality != row.name:
        raise ArgumentError(
            f"`from_json` must record {row.name}, got {record.modality}; use preimage "
            f"{find_modality(record.modality).command} {record.modality}."
        )
    read = source if source is not None or record is None else Path(record.input["path"])
    assert read is not None
    _check_apart(read, settings, written_files(output, not options.no_preview))
    if options.skip_existing and not options.overwrite and output.exists():
        _check_done(output, read, record, settings)
        say(f"{output} is there already, with its record.")
        return 0
    for path in written_files(output, not options.no_preview):
        check_free(path, options.overwrite)
    try:
        told = _in_blocks(row, read, record, settings, options) if row.blocked else None
        if told is None:
            found = _reconstructed(row, read, record, settings, options)
            told = write_reconstruction(found, output, not options.no_preview, options.overwrite)
    except _Planned:
        say("dry run: nothing was written.")
        return 0
    _summarise(told, output, options)
    return 0


def _reconstructed(
    row: ModalityRow, source: Path, record: "ScanRecord | None", settings: "ScanSettings", options: OutputOptions
) -> "Reconstructed":
    from preimage.reconstruct import reconstruct, reconstruct_again

    announce = _announcer(row, source, options)
    with bar(source.name) as progress:
        if record is not None:
            return reconstruct_again(record, source, progress, announce)
        return reconstruct(row.name, source, settings, progress, announce)


def _announcer(row: ModalityRow, source: Path, options: OutputOptions) -> Callable[["ScanPlan"], None]:
    def announce(plan: "ScanPlan") -> None:
        sizes = "x".join(map(str, reversed(plan.shape)))
        say(f"{source} -> {options.output}: {row.name} by {plan.method}")
        say(f"  {plan.words}; image {sizes}")
        if plan.layout is not None and options.output is not None:
            stack_format_of(options.output, plan.layout)
        if options.dry_run:
            raise _Planned

    return announce


def _in_blocks(
    row: ModalityRow, source: Path, record: "ScanRecord | None", settings: "ScanSettings", options: OutputOptions
) -> "ScanRecord | None":
    """What was done block by block; ``None`` where it fits in memory."""
    from importlib import import_module

    from preimage.reconstruct.repetition import recorded_blocks

    blocked = import_module(row.blocked)
    job = None if record is None else recorded_blocks(record, source)
    if record is not None and job is None:
        return None
    if job is None and not blocked.needs_blocks(source, settings):
        return None
    assert options.output is not None
    asked, block = (settings, None) if job is None else job
    say(f"  work in {options.output}.blocks, where the same command goes on if it is interrupted")
    whole = blocked.BlockedStack(
        source, options.output, asked, block, not options.no_preview, options.overwrite,
        None if record is None else record.settings,
    )  # fmt: skip
    with bar(source.name) as progress:
        return blocked.carry_out_deconvolution(whole, progress, _announcer(row, source, options))


def _checked_output(options: OutputOptions) -> Path:
    if options.output is None:
        raise ArgumentError("`output` must be given, got none; name the file to write with -o.")
    check_output_format(options.output)
    return options.output


def _check_alone(row: ModalityRow, settings: "ScanSettings") -> None:
    usual = fields_of(row.settings())
    given = [name for name, value in fields_of(settings).items() if value != usual[name]]
    if given:
        option = f"--{given[0].replace('_', '-')}"
        raise ArgumentError(f"`from_json` must be the only setting, got {option} too; drop it, or drop --from-json.")


def _check_apart(source: Path, settings: "ScanSettings", written: tuple[Path, ...]) -> None:
    """Refuse to write over what is read."""
    values = fields_of(settings)
    read = {path.resolve() for path in (source, *(values[name] for name in settings.paths)) if path is not None}
    for path in written:
        if path.resolve() in read or path.resolve().parent in read:
            raise ArgumentError(f"`output`, its picture and its record must not replace what is read, got {path}.")


def _check_done(output: Path, source: Path, record: "ScanRecord | None", settings: "ScanSettings") -> None:
    """Refuse to pass over an output that was made otherwise."""
    from preimage.reconstruct import ScanRecord
    from preimage.reconstruct.frame.digests import input_sha256
    from preimage.reconstruct.frame.engine import plain_settings

    advice = "--overwrite replaces it, -o names another place."
    try:
        told = ScanRecord.read(record_beside(output))
    except ImageFileError as error:
        raise ArgumentError(f"{output} exists, but has no record; {advice}") from error
    wanted = plain_settings(settings) if record is None else dict(record.settings)
    if told.output != str(output.resolve()) or told.input["sha256"] != input_sha256(source):
        raise ArgumentError(f"{output} exists, but was made from something else; {advice}")
    if differing := [name for name, value in wanted.items() if told.settings.get(name) != value]:
        raise ArgumentError(f"{output} exists, but was made with another `{differing[0]}`; {advice}")


def _summarise(record: "ScanRecord", output: Path, options: OutputOptions) -> None:
    from preimage.machine.memory import format_bytes

    resolved = record.resolved
    for name, words in (("sigma", "noise level"), ("weight", "weight")):
        if resolved.get(name) is not None:
            say(f"  {words} {resolved[name]:.4g}")
    say(f"  {record.stopped} in {record.seconds:.1f} s on {resolved['device']}")
    told = "" if options.no_preview else f"; picture {written_files(output, True)[1]}"
    say(f"  peak memory {format_bytes(record.peak_memory)}; record {record_beside(output)}{told}")
    for note in record.notes:
        say(f"  note: {note}")
