"""The operators, noise models and generators that the package makes public."""

import difflib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType

from preimage import physics
from preimage.cli.atlas.docstring import Docstring
from preimage.errors import ArgumentError
from preimage.physics import Physics, generators, noise
from preimage.physics.generators import ParameterGenerator
from preimage.physics.noise import Noise, ProximableNoise

__all__ = ["Entry", "find_entry", "generator_entries", "noise_entries", "operator_entries"]


@dataclass(frozen=True)
class Entry:
    """A public class.

    Attributes:
        kind: the class.
        place: the module from which users import it.
    """

    kind: type[object]
    place: str

    @property
    def name(self) -> str:
        """What users call it."""
        return self.kind.__name__

    @cached_property
    def told(self) -> Docstring:
        """What its docstring says."""
        return Docstring.of(self.kind)

    @property
    def parameters(self) -> list[inspect.Parameter]:
        """The arguments of its constructor."""
        return list(inspect.signature(self.kind.__init__).parameters.values())[1:]

    def line(self, width: int = 0) -> str:
        """Its name, on ``width`` columns, its formula and its shapes."""
        shapes = self.told.sections.get("Shapes", "")
        return f"{self.name:{width}}  {self.told.title}{f'  [{shapes}]' if shapes else ''}"


def operator_entries() -> list[Entry]:
    """Every public operator, by name."""
    return list(_entries(physics, Physics, (Physics,)))


def noise_entries() -> list[Entry]:
    """Every public noise model, by name."""
    return list(_entries(noise, Noise, (Noise, ProximableNoise)))


def generator_entries() -> list[Entry]:
    """Every public generator of parameters, by name."""
    return list(_entries(generators, ParameterGenerator, (ParameterGenerator,)))


def find_entry(name: str) -> Entry:
    """The class of this name.

    Raises:
        ArgumentError: there is none; the nearest names are told.
    """
    others = _entries(physics, object, ())  # what operators are made of, such as geometries
    known = {entry.name: entry for entry in (*others, *operator_entries(), *noise_entries(), *generator_entries())}
    folded = {key.casefold(): entry for key, entry in known.items()}
    if name in known or name.casefold() in folded:
        return known.get(name) or folded[name.casefold()]
    near = difflib.get_close_matches(name.casefold(), folded, 4, 0.5)
    advice = f"the nearest are {', '.join(folded[key].name for key in near)}" if near else "preimage physics lists them"
    raise ArgumentError(f"`NAME` must be an operator, a noise model or a generator, got {name!r}; {advice}.")


def _entries(module: ModuleType, base: type[object], above: tuple[type[object], ...]) -> Iterator[Entry]:
    """The classes of the public list that are ``base``s, but for those that are only meant to be derived from."""
    members = inspect.getmembers(module, inspect.isclass)
    kinds = {name: kind for name, kind in members if name in module.__all__ and issubclass(kind, base)}
    for kind in sorted(kinds.values(), key=lambda kind: kind.__name__.casefold()):
        is_derived_from = any(kind in other.__mro__[1:] for other in kinds.values())
        if kind not in above and not (is_derived_from and kind.__init__ in [other.__init__ for other in above]):
            yield Entry(kind, module.__name__)
