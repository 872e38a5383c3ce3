"""All that is told of one operator, noise model or generator."""

import inspect
import textwrap
from collections.abc import Iterator

from torch import nn

from preimage.cli.atlas.entries import Entry, noise_entries
from preimage.physics import Physics

__all__ = ["page_of"]

_WIDTH = 100


def page_of(entry: Entry, example: str = "") -> str:
    """Formula, parameters, shapes, an example and, of an operator, the noise models, as lines of text."""
    return "\n".join(_lines(entry, example))


def _lines(entry: Entry, example: str) -> Iterator[str]:
    told = entry.told
    yield f"{entry.name}: {told.title}"
    for paragraph in told.body:
        yield ""
        yield from _wrapped(paragraph, "")
    yield from _section("Parameters", [(_signature(one), told.arguments.get(one.name, "")) for one in entry.parameters])
    for heading in ("Shapes", "Raises", "Source"):
        if heading in told.sections:
            yield from ("", heading)
            yield from _wrapped(told.sections[heading], "  ")
    yield from ("", "Example")
    yield from _wrapped(f"from {entry.place} import {entry.name}", "  ")
    yield from _wrapped(_call(entry), "  ")
    yield from [f"  {line}" for line in example.splitlines()]
    if issubclass(entry.kind, Physics):
        yield from _section("Noise models", [(one.name, one.told.title) for one in noise_entries()])


def _section(heading: str, rows: list[tuple[str, str]]) -> Iterator[str]:
    if rows:
        yield from ("", heading)
        for name, text in rows:
            yield from _wrapped(f"{name}: {text}" if text else name, "  ", "      ")


def _signature(parameter: inspect.Parameter) -> str:
    """``padding = 'valid'``, or the name alone where it must be given."""
    if parameter.default is inspect.Parameter.empty:
        return parameter.name
    return f"{parameter.name} = {_shown(parameter.default)}"


def _shown(default: object) -> str:
    return f"{type(default).__name__}()" if isinstance(default, nn.Module) else repr(default)


def _call(entry: Entry) -> str:
    """How it is made: with all that must be given, by name."""
    given = [one.name for one in entry.parameters if one.default is inspect.Parameter.empty]
    what = "physics" if issubclass(entry.kind, Physics) else "made"
    return f"{what} = {entry.name}({', '.join(f'{name}={name}' for name in given)})"


def _wrapped(text: str, indent: str, further: str | None = None) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent if further is None else further,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
