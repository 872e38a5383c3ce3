"""What can be said of a physics before it is imported, which takes seconds."""

import difflib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from preimage.errors import ArgumentError
from preimage.restore.frame.declaration import Option

__all__ = ["PhysicsRow", "nearest"]


@dataclass(frozen=True)
class PhysicsRow:
    """A physics that measures pictures.

    Attributes:
        name: as users type it.
        kind: the class of the operator, as ``module:Class``.
        builder: the function that makes it for a picture, as ``module:function``. It takes the picture (1, C, H, W),
            the values of the options by name, and a generator for what is random.
        help: what it does, in a line.
        options: its own ones, in the order in which they are shown. Options of one name are of one type in all rows.
        shown: the values of an example, by name; the usual ones where there is none.
        takes: what the picture is made: ``grey``, or required to be: ``colour``.
        is_complex: whether images are complex.
        suffix: that of the file where none is named: ``.tif`` for pictures, ``.npy`` for other arrays.
        keeps: what stays of the values of a stack, of which every plane is measured: ``black`` where a plane becomes
            one of the same kind, ``zero`` where it becomes other numbers, in proportion to its values; ``None`` where
            stacks are not measured.
    """

    name: str
    kind: str
    builder: str
    help: str
    options: tuple[Option, ...] = ()
    shown: Mapping[str, Any] = field(default_factory=dict)
    takes: Literal["any", "grey", "colour"] = "any"
    is_complex: bool = False
    suffix: str = ".tif"
    keeps: Literal["black", "zero"] | None = None

    def load(self) -> Any:
        """The function that makes the operator."""
        return pkgutil.resolve_name(self.builder)

    def settle(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The value of every option: as given, or the usual one. An option that is ``None`` counts as left out.

        Raises:
            ArgumentError: one is not an option of this physics, or a value that must be given is not.
        """
        values = {name: value for name, value in given.items() if value is not None}
        names = {option.name for option in self.options}
        for name in values:
            if name not in names:
                known = ", ".join(f"--{other}" for other in sorted(names)) or "none"
                raise ArgumentError(f"`--{name}` must be left out for {self.name}, got it; its options: {known}.")
        for option in self.options:
            if option.required and option.name not in values:
                raise ArgumentError(f"`--{option.name}` must be given for {self.name}, got none; {option.required}.")
        return {**{option.name: option.default for option in self.options}, **values}

    @property
    def example(self) -> str:
        """A command that runs it."""
        shown = "".join(f" --{name} {value}" for name, value in self.shown.items())
        return f"preimage simulate photo.png --physics {self.name}{shown} --noise gaussian:0.02 -o y{self.suffix}"


def nearest(name: str, known: Iterable[str]) -> str:
    """The names of ``known`` that are like ``name``, or else all of them, for a message."""
    names = list(known)
    near = difflib.get_close_matches(name.lower(), names, 3, 0.5)
    return f"the nearest are {', '.join(near)}" if near else f"there are {', '.join(names)}"
