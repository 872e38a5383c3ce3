"""``preimage physics``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from preimage.cli.interrupts import import_interruptibly
from preimage.cli.output import say
from preimage.errors import ArgumentError
from preimage.files.atomic import check_free
from preimage.files.formats.table import picture_formats, suffixes, titles
from preimage.simulate.table import row_of_kind

if TYPE_CHECKING:
    from preimage.cli.atlas.entries import Entry

__all__ = ["physics"]


def physics(
    name: Annotated[
        str | None, Parameter(name="NAME", help="One of them: its formula, parameters, shapes and an example.")
    ] = None,
    /,
    *,
    noise: Annotated[bool, Parameter(negative=(), help="List the noise models.")] = False,
    generators: Annotated[bool, Parameter(negative=(), help="List the generators of random parameters.")] = False,
    output: Annotated[
        Path | None,
        Parameter(name=["--output", "-o"], help="With NAME: also draw a picture and its measurement, side by side."),
    ] = None,
    overwrite: Annotated[bool, Parameter(negative=(), help="Replace the file if it exists.")] = False,
) -> int:
    """List the forward models y = N(A(x)): one operator a line, its name, its formula and its shapes."""
    if name is not None and (noise or generators):
        raise ArgumentError("`NAME` must be left out with --noise and --generators, got it; drop it, or the option.")
    _check_output(name, output, overwrite)
    import_interruptibly("preimage.cli.atlas.entries")
    from preimage.cli.atlas.entries import find_entry, generator_entries, noise_entries, operator_entries
    from preimage.cli.atlas.page import page_of

    if name is not None:
        entry = find_entry(name)
        row = row_of_kind(entry.name)
        say(page_of(entry, "" if row is None else row.example))
        if output is not None:
            _draw(entry, output, overwrite)
        return 0
    entries = [*(noise_entries() if noise else ()), *(generator_entries() if generators else ())]
    entries = entries or operator_entries()
    width = max(len(entry.name) for entry in entries)
    for entry in entries:
        say(entry.line(width))
    return 0


def _check_output(name: str | None, output: Path | None, overwrite: bool) -> None:
    if output is None:
        return
    if name is None:
        raise ArgumentError("`NAME` must be given with --output, got none; name the operator that is drawn.")
    if output.suffix.lower() not in suffixes(picture_formats()):
        raise ArgumentError(f"`--output` must end like a {titles()} file, got {str(output)!r}; write it like blur.png.")
    check_free(output, overwrite)


def _draw(entry: "Entry", output: Path, overwrite: bool) -> None:
    import numpy as np

    from preimage.cli.atlas.drawing import draw_physics
    from preimage.files import ImageFile
    from preimage.simulate.table import PHYSICS

    row = row_of_kind(entry.name)
    if row is None:
        known = ", ".join(row.kind.rpartition(":")[2] for row in PHYSICS)
        raise ArgumentError(f"`--output` must be left out for {entry.name}, got it; there are pictures of {known}.")
    ImageFile(draw_physics(row), np.dtype(np.uint8)).write(output, overwrite)
    say(f"\na picture and its measurement -> {output}")
