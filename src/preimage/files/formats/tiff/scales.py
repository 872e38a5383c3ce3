"""The spacing of samples that TIFF files tell: by ImageJ's notes, OME's, or the tags of resolution."""

import re
from typing import Any
from xml.etree import ElementTree

from preimage.files.stacks.units import unit_of

__all__ = ["Scales", "ome_channels", "scales_of"]

Scales = tuple[dict[str, float | None], dict[str, str], tuple[str, ...]]
"""Spacing and unit of axes by their letters, and notes."""

_MILLIMETRES = {3: 10.0}  # of a centimetre; a resolution by the inch is for printing, and tells of no object


def scales_of(file: Any, index: int) -> Scales:
    """What ``file``, which tifffile opened, tells of the axes of one of its series."""
    if file.is_ome and file.ome_metadata:
        return _of_ome(file.ome_metadata, index)
    if file.is_imagej:
        return _of_note(file, file.imagej_metadata or {})
    if file.is_shaped and file.shaped_metadata:
        return _of_shaped(file, index)
    return _of_tags(file.series[index].keyframe)


def _of_shaped(file: Any, index: int) -> Scales:
    """Tifffile's note, and the resolution of the tags where these have a unit."""
    told = file.shaped_metadata[min(index, len(file.shaped_metadata) - 1)]
    spacing, units, notes = _of_note(file, told)
    sides, mm, _ = _of_tags(file.series[index].keyframe)
    return {**spacing, **sides}, {**units, **mm}, notes


def _of_note(file: Any, told: dict[str, Any]) -> Scales:
    unit = unit_of(str(told.get("unit", "")))
    spacing: dict[str, float | None] = {}
    units: dict[str, str] = {}
    if unit:
        tags = file.pages[0].tags
        for letter, name in (("Y", "YResolution"), ("X", "XResolution")):
            spacing[letter] = _per_unit(tags[name].value) if name in tags else None
        spacing["Z"] = abs(float(told["spacing"])) if _is_number(told.get("spacing")) else None
        units = dict.fromkeys("ZYX", unit)
    if _is_number(told.get("finterval")) and told["finterval"] > 0:
        spacing["T"], units["T"] = float(told["finterval"]), unit_of(str(told.get("tunit", "s"))) or "s"
    return spacing, units, ()


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _per_unit(resolution: tuple[int, int]) -> float | None:
    pixels, lengths = resolution
    return lengths / pixels if pixels > 0 and lengths > 0 else None


def _of_tags(page: Any) -> Scales:
    tags = page.tags
    scale = _MILLIMETRES.get(int(tags["ResolutionUnit"].value) if "ResolutionUnit" in tags else 0)
    if scale is None or "XResolution" not in tags or "YResolution" not in tags:
        return {}, {}, ()
    sides = {"Y": _per_unit(tags["YResolution"].value), "X": _per_unit(tags["XResolution"].value)}
    spacing = {letter: None if side is None else side * scale for letter, side in sides.items()}
    return spacing, dict.fromkeys("YX", "mm"), ()


def _of_ome(text: str, index: int) -> Scales:
    pixels = _pixels(text, index)
    spacing: dict[str, float | None] = {}
    units: dict[str, str] = {}
    for letter, name, usual in (("Z", "PhysicalSizeZ", "um"), ("Y", "PhysicalSizeY", "um"),
                                ("X", "PhysicalSizeX", "um"), ("T", "TimeIncrement", "s")):  # fmt: skip
        if re.fullmatch(r"[0-9.]+([eE][+-]?\d+)?", pixels.get(name, "")):
            unit = unit_of(pixels[f"{name}Unit"]) if f"{name}Unit" in pixels else usual
            if unit:
                spacing[letter], units[letter] = float(pixels[name]), unit
    return spacing, units, ()


def ome_channels(file: Any, index: int) -> list[str]:
    """The names of the channels in OME's notes; none where there are none."""
    if not (file.is_ome and file.ome_metadata):
        return []
    found = _elements(file.ome_metadata, "Pixels")
    if index >= len(found):
        return []
    names = [one.attrib.get("Name", "") for one in found[index] if one.tag.endswith("}Channel")]
    return names if any(names) else []


def _pixels(text: str, index: int) -> dict[str, str]:
    found = _elements(text, "Pixels")
    return dict(found[index].attrib) if index < len(found) else {}


def _elements(text: str, name: str) -> list[Any]:
    """The elements of OME's notes; a text that declares entities, which can grow without end, is not read."""
    if "<!ENTITY" in text or "<!DOCTYPE" in text:
        return []
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError):
        return []
    return [element for element in root.iter() if element.tag.endswith(f"}}{name}")]
