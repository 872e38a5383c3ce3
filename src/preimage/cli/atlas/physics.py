"""``preimage physics``."""

from typing import Annotated

from cyclopts import Parameter

from preimage.cli.interrupts import import_interruptibly
from preimage.cli.output import say
from preimage.errors import ArgumentError

__all__ = ["physics"]


def physics(
    name: Annotated[
        str | None, Parameter(name="NAME", help="One of them: its formula, parameters, shapes and an example.")
    ] = None,
    /,
    *,
    noise: Annotated[bool, Parameter(negative=(), help="List the noise models.")] = False,
    generators: Annotated[bool, Parameter(negative=(), help="List the generators of random parameters.")] = False,
) -> int:
    """List the forward models y = N(A(x)): one operator a line, its name, its formula and its shapes."""
    if name is not None and (noise or generators):
        raise ArgumentError("`NAME` must be left out with --noise and --generators, got it; drop it, or the option.")
    import_interruptibly("preimage.cli.atlas.entries")
    from preimage.cli.atlas.entries import find_entry, generator_entries, noise_entries, operator_entries
    from preimage.cli.atlas.page import page_of

    if name is not None:
        say(page_of(find_entry(name)))
        return 0
    entries = [*(noise_entries() if noise else ()), *(generator_entries() if generators else ())]
    for entry in entries or operator_entries():
        say(entry.line)
    return 0
