"""Commands made from the rows of the table of tasks."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, field, make_dataclass
from typing import Annotated, Any

from cyclopts import Parameter, Token, convert, validators

from preimage.cli.options import Fitting, Request, SharedOptions
from preimage.errors import ArgumentError
from preimage.restore.frame.declaration import Option, TaskRow
from preimage.restore.table import is_fit

__all__ = ["command_of"]

_DEFAULT, _USUAL = SharedOptions(), Fitting()
_INPUTS = Annotated[str, Parameter(name="INPUT", help="Pictures, folders of pictures, or quoted patterns.")]


def command_of(row: TaskRow, run: Callable[[Request], int]) -> Callable[..., int]:
    """The command of a task: its options, those of the deep image prior where that does it, and those of all tasks."""
    kind = _settings_of(row)
    flat, usual = Annotated[kind, Parameter(name="*")], kind()

    def command(
        *inputs: _INPUTS,
        settings: flat = usual,  # pyright: ignore[reportInvalidTypeForm]
        fitting: Fitting = _USUAL,
        options: SharedOptions = _DEFAULT,
    ) -> int:
        given = asdict(settings)
        quality = given.pop("output_quality")
        for option in row.options:
            if option.required and not given[option.name] and options.from_json is None:
                raise ArgumentError(f"`--{option.name}` must be given, got none; {option.required}.")
        return run(Request(row.name, inputs, given, options, fitting, quality))

    def command_without_fitting(
        *inputs: _INPUTS,
        settings: flat = usual,  # pyright: ignore[reportInvalidTypeForm]
        options: SharedOptions = _DEFAULT,
    ) -> int:
        return command(*inputs, settings=settings, options=options)

    return command if any(map(is_fit, row.methods)) else command_without_fitting


def _settings_of(row: TaskRow) -> type[Any]:
    """A dataclass of the options of the task, and the quality of the files to write."""
    # The option of that name, where the task has none, is short for the quality of what is written.
    has_quality = any(option.name == "quality" for option in row.options)
    quality = Parameter(
        name=["--output-quality"] if has_quality else ["--output-quality", "--quality"],
        help="Of the JPEG or WebP file to write, 1 to 100; 95 by default.",
        validator=validators.Number(gte=1, lte=100),
    )
    fields = [(option.name, _annotated(option), field(default=option.default)) for option in row.options]
    fields.append(("output_quality", Annotated[int | None, quality], field(default=None)))
    return make_dataclass("Settings", fields, namespace={"__module__": __name__}, frozen=True)


def _annotated(option: Option) -> Any:
    if option.name == "method":
        return Annotated[option.type, Parameter(help=option.help, converter=_method)]
    if option.reads == "weights":
        return Annotated[option.type, Parameter(help=option.help, converter=_weights)]
    # A switch that is off unless it is named needs no --no-....
    off = (f"--{option.negative}",) if option.negative else ()
    return Annotated[option.type, Parameter(help=option.help, negative=off if option.type is bool else None)]


def _method(kind: Any, tokens: Sequence[Token]) -> Any:
    """One of the choices, or the MODULE:CLASS of somebody's own method."""
    text = tokens[0].value
    return text if ":" in text else convert(kind, tokens)


def _weights(kind: Any, tokens: Sequence[Token]) -> Any:
    """One of the choices, or a file of weights."""
    text = tokens[0].value
    return text if text.endswith((".safetensors", ".pth", ".pt")) else convert(kind, tokens)
