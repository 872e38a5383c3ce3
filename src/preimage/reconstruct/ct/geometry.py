"""The geometry of a scan, from what the user and the file tell."""

import re
from dataclasses import dataclass

import numpy as np

from preimage.errors import ArgumentError
from preimage.physics import ConeBeam, FanBeam, ParallelBeam
from preimage.reconstruct.ct.angles import check_views, parse_angles
from preimage.reconstruct.ct.geometry_keys import GeometryKeys

__all__ = ["ScanGeometry", "image_size", "scan_geometry"]

_OF_KIND = {
    "parallel": {"row_spacing"},
    "fan": {"source", "detector", "curved"},
    "cone": {"source", "detector", "curved", "row_spacing", "row_offset", "pitch"},
}
_MOST = 2**15


@dataclass(frozen=True)
class ScanGeometry:
    """A geometry, the size of the image, and the sizes of its voxels.

    Attributes:
        beam: the geometry.
        shape: (H, W), or (D, H, W) of a cone.
        pixel: side of a pixel.
        thickness: from one slice to the next.
        has_unit: whether the user gave a length, which then is one of millimetres.
    """

    beam: ParallelBeam | FanBeam | ConeBeam
    shape: tuple[int, ...]
    pixel: float
    thickness: float
    has_unit: bool


def scan_geometry(keys: GeometryKeys, shape: tuple[int, ...], angles: np.ndarray | None) -> ScanGeometry:
    """The geometry of projections of ``shape``, (views, bins) or (views, rows, bins).

    Args:
        keys: what the user tells.
        shape: the shape of the projections.
        angles: what the file tells, in degrees.

    Raises:
        ArgumentError: something is missing, contradicts the projections, or is of another geometry.
    """
    views, bins = shape[0], shape[-1]
    kind = keys.geometry or "parallel"
    _check_kind(keys, kind, shape)
    spacing = 1.0 if keys.spacing is None else keys.spacing
    degrees = tuple(_angles(keys, angles, views).tolist())
    axis = keys.axis if isinstance(keys.axis, float) else 0.0
    offset, row_spacing = keys.offset or 0.0, keys.row_spacing or spacing
    _check_axis(keys, axis, bins * spacing / 2, offset)
    if kind == "parallel":
        beam = ParallelBeam(degrees, bins, spacing, offset, axis)
        scale, thickness = 1.0, row_spacing
    else:
        source, detector = _required(keys.source, "source", kind), _required(keys.detector, "detector", kind)
        fan = FanBeam(degrees, bins, source, detector, spacing, offset, axis, keys.curved)
        beam, scale = fan, source / (source + detector)
        thickness = keys.pixel or spacing * scale
        if kind == "cone":
            beam = ConeBeam(
                degrees, bins, shape[1], source, detector, spacing, row_spacing, offset, keys.row_offset or 0.0, axis,
                keys.curved, keys.pitch or 0.0,
            )  # fmt: skip
    pixel = keys.pixel or spacing * scale
    rows = (shape[1],) if kind == "cone" else ()
    given = (keys.spacing, keys.row_spacing, keys.source, keys.pixel)
    return ScanGeometry(
        beam, image_size(keys.size, rows, bins), pixel, thickness, any(each is not None for each in given)
    )


def _check_axis(keys: GeometryKeys, axis: float, half: float, offset: float) -> None:
    """Require the axis of rotation to be seen: else no pixel is in the circle that the detector sees."""
    enlarged = (
        (keys.source + (keys.detector or 0.0)) / keys.source if keys.source and keys.geometry != "parallel" else 1
    )
    if abs(enlarged * axis - offset) >= half > 0:
        low, high = (offset - half) / enlarged, (offset + half) / enlarged
        raise ArgumentError(
            f"`axis` must be where the detector sees it, between {low:g} and {high:g}, got {axis:g}; it counts from "
            "the middle of the detector, and auto finds it."
        )


def _check_kind(keys: GeometryKeys, kind: str, shape: tuple[int, ...]) -> None:
    values = {"source": keys.source, "detector": keys.detector, "curved": keys.curved or None, "pitch": keys.pitch,
              "row_spacing": keys.row_spacing, "row_offset": keys.row_offset}  # fmt: skip
    for name, value in values.items():
        if value is not None and name not in _OF_KIND[kind]:
            others = " or ".join(other for other, names in _OF_KIND.items() if name in names)
            raise ArgumentError(
                f"`{name}` must be left out for the geometry {kind}, got {value}; it is of {others}: give `geometry`."
            )
    if keys.pixel is not None and not keys.pixel > 0:
        raise ArgumentError(f"`pixel` must be above 0, got {keys.pixel:g}; give the side of a pixel.")
    if kind == "fan" and len(shape) != 2:
        raise ArgumentError(
            f"`geometry` must be cone for projections (views, rows, bins), got fan for {shape}; or give one row alone."
        )
    if kind == "cone" and len(shape) != 3:
        raise ArgumentError(f"`geometry` must be fan for projections (views, bins), got cone for {shape}.")


def _angles(keys: GeometryKeys, told: np.ndarray | None, views: int) -> np.ndarray:
    if isinstance(keys.angles, str):
        return parse_angles(keys.angles, views)
    if keys.angles is not None:
        return check_views(np.array(keys.angles), views)
    if told is None:
        raise ArgumentError(
            "`angles` must be given, got none, and the input holds none; write START:STOP:STEP in degrees, like "
            "0:180:1, or START:STOP."
        )
    return check_views(told, views, "the input holds ")


def _required(value: float | None, name: str, kind: str) -> float:
    if value is None:
        raise ArgumentError(f"`{name}` must be given for a {kind}, got none; it is its distance from the axis.")
    return value


def image_size(text: str | None, rows: tuple[int, ...], bins: int) -> tuple[int, ...]:
    """(H, W), or (D, H, W) where ``rows`` holds the number of slices that is usual.

    Raises:
        ArgumentError: ``text`` is no size.
    """
    if text is None:
        return (*rows, bins, bins)
    numbers = [int(part) for part in text.split("x")] if re.fullmatch(r"\d{1,6}(x\d{1,6}){0,2}", text) else []
    if len(numbers) == 1:
        numbers = [*rows, *numbers * 2]
    if len(numbers) != 2 + len(rows) or not all(0 < number <= _MOST for number in numbers):
        wanted = "N or SLICESxROWSxCOLUMNS" if rows else "N or ROWSxCOLUMNS"
        raise ArgumentError(
            f"`size` must be {wanted}, got {text!r}; write it like {'x'.join(['512'] * (2 + len(rows)))}."
        )
    return tuple(numbers)
