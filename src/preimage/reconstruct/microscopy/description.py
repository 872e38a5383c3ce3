"""Point spread functions as users describe them: ``na=1.3,ri=1.515,wavelength=0.52``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from preimage.errors import ArgumentError

__all__ = ["Model", "PSFDescription", "parse_description"]

Model = Literal["widefield", "confocal", "two-photon", "light-sheet"]

_LENGTHS = ("wavelength", "pixel", "step", "depth", "excitation", "pinhole", "waist")
_NUMBERS = ("na", "ri", "sample")
_KEYS = (
    "na",
    "ri",
    "wavelength",
    "pixel",
    "step",
    "model",
    "sample",
    "depth",
    "excitation",
    "pinhole",
    "waist",
    "size",
)
_UNITS = {"": 1.0, "nm": 1e-3, "um": 1.0, "µm": 1.0, "μm": 1.0, "mm": 1e3}
_LIGHT = (0.1, 20.0)  # micrometres


@dataclass(frozen=True)
class PSFDescription:
    """A microscope in a line; lengths in micrometres.

    Attributes:
        na: numerical aperture.
        ri: refractive index of the immersion.
        wavelength: the wavelength of the light that is detected, or that excites by two photons.
        pixel: side of a pixel in the sample; ``None`` where the file tells it.
        step: distance from plane to plane; ``None`` where the file tells it, or there is one plane.
        model: how light comes to the sample.
        sample: refractive index of the sample; that of the immersion by default.
        depth: the distance of the point below the cover glass.
        excitation: wavelength of the laser of a confocal microscope.
        pinhole: radius of the pinhole in the sample.
        waist: half thickness of a sheet of light.
        size: (planes, rows, columns), or (rows, columns), of the kernel; ``None`` where it follows from the image.
    """

    na: float
    ri: float
    wavelength: float
    pixel: float | None = None
    step: float | None = None
    model: Model = "widefield"
    sample: float | None = None
    depth: float = 0.0
    excitation: float | None = None
    pinhole: float = 0.0
    waist: float | None = None
    size: tuple[int, ...] | None = None


def parse_description(text: str) -> PSFDescription:
    """The microscope that ``text`` describes by ``key=value,key=value``.

    Raises:
        ArgumentError: a key is unknown, missing or given twice, or a value is none of its kind.
    """
    given: dict[str, str] = {}
    for part in text.split(","):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or key not in _KEYS:
            raise ArgumentError(f"`psf` must be a file, or of the keys {', '.join(_KEYS)}, got {part.strip()!r}.")
        if key in given:
            raise ArgumentError(f"`psf` must have each key once, got {key} twice; drop one.")
        given[key] = value
    for key in ("na", "ri", "wavelength"):
        if key not in given:
            raise ArgumentError(f"`psf` must have {key}, got none; write na=1.3,ri=1.515,wavelength=520nm.")
    _check_model(given)
    values = {key: _length(key, given[key]) for key in _LENGTHS if key in given}
    values |= {key: _number(key, given[key]) for key in _NUMBERS if key in given}
    for key in ("wavelength", "excitation"):
        if key in values and not _LIGHT[0] <= values[key] <= _LIGHT[1]:
            raise ArgumentError(f"`psf` must have {key} in micrometres, got {given[key]}; write 0.52 or 520nm.")
    model: Model = given.get("model", "widefield")  # pyright: ignore[reportAssignmentType]
    size = _size(given["size"]) if "size" in given else None
    return PSFDescription(**values, model=model, size=size)


def _check_model(given: Mapping[str, str]) -> None:
    model, known = given.get("model", "widefield"), get_args(Model)
    if model not in known:
        raise ArgumentError(f"`psf` must have the model {', '.join(known)}, got {model}; name one of them.")
    needed = {"confocal": "excitation", "light-sheet": "waist"}
    if model in needed and needed[model] not in given:
        raise ArgumentError(f"`psf` must have {needed[model]} for the model {model}, got none; add {needed[model]}=.")
    for key, owner in (("excitation", "confocal"), ("pinhole", "confocal"), ("waist", "light-sheet")):
        if key in given and model != owner:
            raise ArgumentError(f"`psf` must have {key} for the model {owner} only, got it for {model}; drop it.")


def _number(key: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value < 10:
        raise ArgumentError(f"`psf` must have a number above 0 and below 10 for {key}, got {text!r}; write {key}=1.3.")
    return value


def _length(key: str, text: str) -> float:
    found = re.fullmatch(r"(\d+\.?\d*|\.\d+)\s*([a-zµμ]*)", text)
    if not found or found[2] not in _UNITS or (float(found[1]) == 0 and key not in ("depth", "pinhole")):
        raise ArgumentError(f"`psf` must have a length for {key}, got {text!r}; write micrometres, or like 520nm.")
    return float(found[1]) * _UNITS[found[2]]


def _size(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"[1-9]\d{0,3}(x[1-9]\d{0,3}){1,2}", text):
        raise ArgumentError(f"`psf` must have size=ROWSxCOLUMNS or PLANESxROWSxCOLUMNS, got {text!r}; write 33x63x63.")
    return tuple(map(int, text.split("x")))
