"""The options of all physics as one dataclass, made from the rows of the table."""

from collections.abc import Sequence
from dataclasses import field, make_dataclass
from typing import Annotated, Any

from cyclopts import Group, Parameter

from preimage.restore.frame.declaration import Option
from preimage.simulate.declaration import PhysicsRow

__all__ = ["settings_of"]

_GROUP = Group("Options of one physics", sort_key=2)


def settings_of(rows: Sequence[PhysicsRow]) -> type[Any]:
    """A dataclass with every option of ``rows`` once; an option that is left out is ``None``."""
    owners: dict[str, list[tuple[str, Option]]] = {}
    for row in rows:
        for option in row.options:
            owners.setdefault(option.name, []).append((row.name, option))
    fields = [(name, _annotated(found), field(default=None)) for name, found in owners.items()]
    return make_dataclass("PhysicsSettings", fields, namespace={"__module__": __name__}, frozen=True)


def _annotated(found: list[tuple[str, Option]]) -> Any:
    """The type of an option, and what its rows say of it."""
    told: dict[str, list[str]] = {}
    for name, option in found:
        usual = "" if option.default is None else f" By default {option.default}."
        told.setdefault(f"{option.help}{usual}", []).append(name)
    lines = [f"{', '.join(names)}: {text}" for text, names in told.items()]
    return Annotated[found[0][1].type | None, Parameter(help=" ".join(lines), group=_GROUP)]
