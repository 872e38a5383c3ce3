"""What the functions of all tasks have in common: their options, shown by ``help`` and in their signatures."""

import inspect
import re
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, get_type_hints

from preimage._fields import fields_of
from preimage.restore.frame.settings import Options, Settings

__all__ = ["task_function"]

P = ParamSpec("P")
R = TypeVar("R")

_COMMON = """
Args:
    image: a path; an array (H, W) or (H, W, C), bool, integers or floats; or a float tensor (C, H, W) or
        (B, C, H, W). Grey or RGB; floats are in [0, 1].
    method: the name of a method, or a :class:`preimage.restore.Method`.
    progress: ``progress(done, total)``, called as the work goes on.
"""
_END = """

Returns:
    A :class:`preimage.restore.Restored`: the picture, of the kind that was given (an ``ImageFile`` for a path), and a
    record of everything that made it.

Raises:
    ImageFileError: ``image`` is a file that cannot be restored.
    ArgumentError, ShapeError: an argument is out of range or does not suit the picture; the message says which.
    ConvergenceError: the method diverged."""
_ENTRY = re.compile(r"^    (\w+): ", re.MULTILINE)


def task_function(function: Callable[P, R]) -> Callable[P, R]:
    """Show the options that all tasks share in the signature and the docstring of the function of a task.

    The docstring of ``function`` is a summary and the ``Args:`` that are its own. What it says of ``image`` stands
    before what is true of all pictures, and what it says of an option stands in place of the general text.
    """

    @wraps(function)
    def run(*args: P.args, **options: P.kwargs) -> R:
        return function(*args, **options)

    signature = _signature(function)
    run.__signature__ = signature  # pyright: ignore[reportAttributeAccessIssue]
    run.__doc__ = _documentation(inspect.getdoc(function) or "", list(signature.parameters))
    return run


def _signature(function: Callable[..., object]) -> inspect.Signature:
    """With a keyword for each option, in place of ``**options``."""
    signature, usual, hints = inspect.signature(function), fields_of(Settings()), get_type_hints(Options)
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=usual[name], annotation=hint)
        for name, hint in hints.items()
    ]
    own = [p for p in signature.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
    return signature.replace(parameters=[*own, *options])


def _documentation(own: str, names: list[str]) -> str:
    summary, _, section = own.partition("\n\nArgs:\n")
    common = _entries(_COMMON) | _entries(inspect.getdoc(Options) or "")
    entries = common | _entries(section)
    if entries["image"] != common["image"]:
        entries["image"] += f"\n        {common['image'][0].upper()}{common['image'][1:]}"
    told = [f"    {name}: {entries[name]}" for name in names if name in entries]
    return "\n".join([f"{summary}\n\nArgs:", *told]) + _END


def _entries(section: str) -> dict[str, str]:
    """The texts of an ``Args:`` section by the names of the arguments."""
    pieces = _ENTRY.split(section)[1:]
    return {name: text.rstrip() for name, text in zip(pieces[::2], pieces[1::2], strict=True)}
