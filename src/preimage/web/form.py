"""The form of a task, made from its row in the table: what is asked for, and in which words."""

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from preimage.restore.frame.declaration import Option, TaskRow

__all__ = [
    "UPLOADED",
    "Field",
    "choices_of",
    "count_of",
    "fields_of_task",
    "is_count",
    "kernel_kinds",
    "setting_of",
    "title_of",
]

UPLOADED = "uploaded file"
"""The value of a setting that stands for the file that was brought for it."""

Kind = Literal["level", "quality", "kernel", "file", "choice", "switch", "count", "text"]

# What photographers call it; an option that is not here is called by its own name.
_LABELS: Mapping[str, str] = {
    "sigma": "Noise level", "quality": "JPEG quality", "kernel": "Blur", "mask": "Mask", "flash": "Picture with flash",
    "factor": "Times wider and taller", "scale": "Times wider and taller", "crisp": "Crisp, at some risk",
    "error_map": "Show where the result may be wrong", "white": "White in the mask",
    "pattern": "Colours of the sensor", "noise": "Kind of noise", "search": "Patches compared", "weights": "Model",
}  # fmt: skip
_INFOS: Mapping[str, str] = {
    "error_map": "A map of how far each pixel may be from the truth. To remove noise takes five times as long with it.",
    "steps": "Leave it empty for the usual number.",
    "kernel_size": "Where the blur is found: the side of its field in pixels, odd. Leave it empty for the usual one.",
    "samples": "Draws so many pictures that explain this one; the result is their mean. Slow: leave it empty for none.",
    "method": "The first is quick. dip fits a network to this picture alone: minutes, not seconds.",
    "white": "What white stands for in a mask from a file.",
    "noise": "auto, gaussian, or poisson:GAIN for noise of light.",
    "weights": "Leave it empty for what suits the picture.",
    "search": "paper compares all patches, and takes longer.",
    "factor": "", "quality": "", "scale": "",
    "crisp": "Keeps detail or makes it, where else noise and ringing are avoided.",
    "pattern": "The 2 × 2 cell at the top left, row by row.",  # noqa: RUF001
}  # fmt: skip
# Asked for where more is wanted than what everybody has to know.
_FURTHER = frozenset({"kernel_size", "noise", "method", "samples", "search", "steps", "weights", "white"})


@dataclass(frozen=True)
class Field:
    """One thing that a form asks for.

    Attributes:
        name: the name of the option.
        kind: what it holds: a noise ``level`` or a JPEG ``quality`` (both may be left to be found), a ``kernel``, a
            ``file``, a ``choice``, a ``switch``, a ``count`` or a ``text``.
        label, info: the words beside it.
        default: the value where nothing is asked for.
        choices: those of a choice.
        is_further: whether it is for those who want more.
        is_needed: whether there is no work without it.
    """

    name: str
    kind: Kind
    label: str
    info: str
    default: Any
    choices: tuple[Any, ...] = ()
    is_further: bool = False
    is_needed: bool = False


def title_of(row: TaskRow) -> str:
    """What a task does, in a few words: the beginning of its help."""
    return row.help.partition("\n")[0].partition(":")[0].rstrip(".")


def fields_of_task(row: TaskRow) -> tuple[Field, ...]:
    """What the form of a task asks for, in the order of the table; what has one answer is not asked."""
    fields = (_field(option) for option in row.options)
    return tuple(field for field in fields if field.kind != "choice" or len(field.choices) > 1)


def _field(option: Option) -> Field:
    kind = _kind(option)
    label = _LABELS.get(option.name, option.name.replace("_", " ").capitalize())
    info = _INFOS.get(option.name, option.help.partition(". ")[0].partition("\n")[0].rstrip(".") + ".")
    further = option.name in _FURTHER or (kind == "kernel" and not option.required)
    return Field(option.name, kind, label, info, option.default, choices_of(option), further, bool(option.required))


def _kind(option: Option) -> Kind:
    named: Mapping[str, Kind] = {"sigma": "level", "quality": "quality"}
    if option.name in named:
        return named[option.name]
    if option.reads == "kernel":
        return "kernel"
    if option.reads == "file":
        return "file"
    if choices_of(option):
        return "choice"
    if option.type is bool:
        return "switch"
    return "count" if is_count(option) else "text"


def is_count(option: Option) -> bool:
    """Whether the value is a whole number that is typed."""
    return int in _parts(option.type) and set(_parts(option.type)) <= {int, type(None)}


def choices_of(option: Option) -> tuple[Any, ...]:
    """The values of a ``Literal``, with ``None`` first where the option may be left out."""
    parts = _parts(option.type)
    values = tuple(value for part in parts if get_origin(part) is Literal for value in _flat(part))
    return (None, *values) if values and type(None) in parts else values


def _flat(literal: Any) -> tuple[Any, ...]:
    return tuple(get_args(literal))


def _parts(kind: Any) -> tuple[Any, ...]:
    """The members of a union, or the type alone."""
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def count_of(field: Field) -> int:
    """How many values the form has for a field."""
    return {"level": 2, "quality": 2, "kernel": 4, "file": 0}.get(field.kind, 1)


def setting_of(field: Field, values: Sequence[Any]) -> Any:
    """The value of the option, as it is typed, from those of the form; ``None`` where it is left out.

    Args:
        field: what is asked for.
        values: for a level or a quality whether it is to be found, and its number, a level in 1/255; for a kernel its
            kind, and length, angle and radius, which some kinds have; for a file nothing; else one.
    """
    if field.kind == "file":
        return None
    if field.kind in ("level", "quality"):
        is_found, number = values
        return None if is_found else f"{number:g}/255" if field.kind == "level" else f"{number:.0f}"
    if field.kind == "kernel":
        kind, length, angle, radius = values
        formulas = {
            "motion": f"motion:{length:g}@{angle:g}",
            "disk": f"disk:{radius:g}",
            "gaussian": f"gaussian:{radius:g}",
        }
        uploaded = {"drawn": UPLOADED, "file": UPLOADED}
        return {**formulas, **uploaded, "": None}.get(kind, kind)
    value = values[0].strip() if isinstance(values[0], str) else values[0]
    return None if value == "" else value


def kernel_kinds(field: Field) -> tuple[tuple[str, str], ...]:
    """The kinds of blur that a form offers, with their names there."""
    kinds = (
        ("The camera moved", "motion"), ("Out of focus", "disk"), ("Soft all over", "gaussian"),
        ("I draw it", "drawn"), ("From a file", "file"),
    )  # fmt: skip
    return kinds if field.is_needed else (("Automatic", ""), *kinds)
