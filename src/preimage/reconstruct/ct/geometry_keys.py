"""The geometry of a scan as options and as a TOML file."""

import importlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from preimage._fields import fields_of
from preimage.errors import ArgumentError, ImageFileError
from preimage.reconstruct.ct.settings import CTSettings

__all__ = ["GeometryKeys", "geometry_keys"]

KINDS = ("parallel", "fan", "cone")


@dataclass(frozen=True)
class GeometryKeys:
    """What is known of a scan; ``None`` for what is not. See :class:`CTSettings`."""

    geometry: str | None = None
    angles: str | tuple[float, ...] | None = None
    spacing: float | None = None
    row_spacing: float | None = None
    source: float | None = None
    detector: float | None = None
    axis: float | str | None = None
    offset: float | None = None
    row_offset: float | None = None
    pitch: float | None = None
    curved: bool = False
    pixel: float | None = None
    size: str | None = None


_NAMES = tuple(field.name for field in fields(GeometryKeys))
_NUMBERS = tuple(name for name in _NAMES if name not in ("geometry", "angles", "axis", "curved", "size"))


def geometry_keys(settings: CTSettings) -> GeometryKeys:
    """What the options say, and the TOML file that ``geometry`` may name.

    Raises:
        ArgumentError: a key is unknown or has a wrong value, or an option says something else than the file.
        ImageFileError: the file cannot be read.
    """
    values = fields_of(settings)
    given = {name: values[name] for name in _NAMES if values[name] is not None and values[name] is not False}
    kind = settings.geometry
    if kind is None or kind in KINDS:
        return GeometryKeys(**given)
    if not kind.lower().endswith(".toml"):
        raise ArgumentError(f"`geometry` must be {', '.join(KINDS)} or a TOML file, got {kind!r}; name one of them.")
    del given["geometry"]
    told = _read(Path(kind))
    for name, value in given.items():
        if told.get(name, value) not in (value, "auto"):
            raise ArgumentError(
                f"`{name}` must be the same in the options and in {kind}, got {value} and {told[name]}; drop one."
            )
    return GeometryKeys(**{**told, **given})


def _read(path: Path) -> dict[str, Any]:
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        values = toml.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ImageFileError(f"`geometry` must be a readable file, got {path}: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:  # which TOMLDecodeError and UnicodeDecodeError are
        raise ArgumentError(f"`geometry` must be a TOML file, got {path}: {error}.") from error
    return {name: _checked(path, name, value) for name, value in _renamed(values).items()}


def _renamed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keys with underscores; options are written with dashes."""
    return {name.replace("-", "_"): value for name, value in values.items()}


def _checked(path: Path, name: str, value: Any) -> Any:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if name not in _NAMES:
        raise ArgumentError(f"`{name}` of {path} is no key of a geometry; keys are {', '.join(_NAMES)}.")
    if name == "geometry":
        if value not in KINDS:
            raise ArgumentError(f"`geometry` of {path} must be {', '.join(KINDS)}, got {value!r}; name one of them.")
        return value
    if name == "curved" and isinstance(value, bool):
        return value
    if (name in _NUMBERS or name == "axis") and is_number:
        return float(value)
    if name == "axis" and value == "auto":
        return value
    if name == "size" and (isinstance(value, str) or is_number):
        return str(value)
    if name == "size" and isinstance(value, list):
        return "x".join(map(str, value))
    if name == "angles" and isinstance(value, str):
        return value
    if name == "angles" and isinstance(value, list) and all(type(each) in (int, float) for each in value):
        return tuple(map(float, value))
    wanted = "true or false" if name == "curved" else "a number" if name in _NUMBERS else "as in the options"
    raise ArgumentError(f"`{name}` of {path} must be {wanted}, got {value!r}; correct it there.")
