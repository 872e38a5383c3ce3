"""What can be said of tasks and methods before they are imported, which takes seconds."""

import pkgutil
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from preimage.errors import ArgumentError

__all__ = ["MethodRow", "Option", "TaskRow"]

_Kind = TypeVar("_Kind")


@dataclass(frozen=True)
class Option:
    """One option of a command.

    Attributes:
        name: as in Python, with underscores.
        type: what it holds: ``str``, ``int | None``, a ``Literal``.
        default: its value where it is left out.
        help: a line for the user.
        required: what to name where the option has to be given, in words; nothing where it may be left out.
        reads: what it names: a ``file``, a ``kernel`` (a file or a formula), ``weights`` (a name or a file), or nothing
            to be read.
        negative: the switch, beside its own, that turns it off.
    """

    name: str
    type: Any
    default: Any
    help: str
    required: str = ""
    reads: Literal["", "file", "kernel", "weights"] = ""
    negative: str = ""


@dataclass(frozen=True)
class MethodRow:
    """A method in the table.

    Attributes:
        name: as users type it.
        where: ``module:Class``.
        single_pass: whether there are no steps to count or to write down.
        fits: whether a network is fitted to each picture, with the options of a fit.
    """

    name: str
    where: str
    single_pass: bool = False
    fits: bool = False

    def load(self, kind: type[_Kind]) -> type[_Kind]:
        """The class, a subclass of ``kind``."""
        return _load(self.where, kind)


@dataclass(frozen=True)
class TaskRow:
    """A task in the table.

    Attributes:
        name: as users type it; the function of this name is in the same module.
        where: ``module:Class``.
        help: what it does, in a line or two.
        done: what has been done to a picture, for its new name.
        methods: their names, the usual one first.
        options: those that are not common to all tasks, in the order in which they are shown.
        examples: the examples of the command line.
        keeps_jpeg: whether a JPEG file stays one; else the result is PNG.
        unnamed: the method of records that name none; the usual one where this is empty.
    """

    name: str
    where: str
    help: str
    done: str
    methods: tuple[str, ...]
    options: tuple[Option, ...]
    examples: str
    keeps_jpeg: bool = True
    unnamed: str = ""

    def load(self, kind: type[_Kind]) -> type[_Kind]:
        """The class, a subclass of ``kind``."""
        return _load(self.where, kind)

    @property
    def module(self) -> str:
        """The module of the task."""
        return self.where.partition(":")[0]

    def function(self) -> Any:
        """Import the function of ``preimage.restore`` that runs the task."""
        return pkgutil.resolve_name(f"{self.module}:{self.name}")


def _load(where: str, kind: type[_Kind]) -> type[_Kind]:
    found = pkgutil.resolve_name(where)
    if not isinstance(found, type) or not issubclass(found, kind):
        raise ArgumentError(f"`{kind.__name__.lower()}` must be the MODULE:CLASS of a {kind.__name__}, got {where!r}.")
    return found
