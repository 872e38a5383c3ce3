"""``preimage check``."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from preimage.cli.checking.arguments import parse_arguments, parse_shape
from preimage.cli.checking.subject import check_name, load_subject
from preimage.cli.interrupts import import_interruptibly
from preimage.cli.output import say

__all__ = ["check"]


def check(
    name: Annotated[
        str,
        Parameter(
            name="NAME",
            help="MODULE:NAME of a class, of an object, or of a function that returns one. MODULE is looked for in "
            "this folder first, and its Python code is run.",
        ),
    ],
    /,
    *,
    shape: Annotated[
        str, Parameter(help="Of the images it is tried on: B,C,H,W, or B,C,D,H,W for volumes.")
    ] = "1,3,16,16",
    arguments: Annotated[str, Parameter(help="JSON object of the arguments of the class or function.")] = "{}",
    complex: Annotated[bool, Parameter(negative=(), help="Try it on complex images.")] = False,
    compiled: Annotated[
        bool, Parameter(negative=(), help="Also try torch.compile, which takes some seconds more.")
    ] = False,
) -> int:
    """Check an operator, noise, prior, denoiser, algorithm, metric or reconstructor of your own.

    Every property that its kind promises is checked on its own; of each that does not hold, a line tells what is wrong
    and what to look at. The exit status is 0 where all hold, 1 where one does not, and 2 where nothing can be checked.
    """
    folder = Path.cwd()
    given = parse_arguments(arguments)
    module, inside = check_name(name, folder)
    sizes = parse_shape(shape)
    import_interruptibly("preimage.testing")
    from preimage.cli.checking.images import images_of
    from preimage.testing import examine

    value = load_subject(module, inside, folder, given)
    x = images_of(sizes, value, complex)
    found = examine(value, x, compiled)
    kind = type(value).__name__
    for fault in found.faults:
        say(f"{kind}: {fault}")
    if found.unknown:
        say(f"{kind}: not checked, because of what is wrong above: {', '.join(found.unknown)}.")
    count = len(found.held) + len(found.faults) + len(found.unknown)
    on = f"{len(x)} {'complex ' if complex else ''}images of {'x'.join(map(str, x.shape[1:]))}"
    say(f"{kind}: {len(found.held)} of {count} properties hold, on {on}.")
    return 1 if found.faults else 0
