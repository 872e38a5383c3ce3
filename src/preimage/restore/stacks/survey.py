"""What is found of a whole stack before any plane is restored: the span of its values, and its noise."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
from torch import Tensor

from preimage.blind.light import Light
from preimage.errors import ArgumentError
from preimage.files import Layout, Region, StoredArray
from preimage.files.samples.sampling import Sampling
from preimage.restore.frame.level import GoingOn, Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.task import Task
from preimage.restore.stacks.notes import said_once
from preimage.restore.stacks.planes import ValueSpan, find_span

__all__ = ["Survey", "channel_of", "channel_values", "pictures_of", "strip_of", "survey_stack"]

_PLANES = 8  # of each channel, evenly spread
_VALUES = 1 << 18  # of each of them
_STRIP = 1 << 24  # values of a plane that are read together
_LOOK = 60  # bytes for each value of a plane whose noise is estimated: an upper bound
_MIDDLE = 512  # rows of a plane that is too large for that


@dataclass(frozen=True)
class Survey:
    """The span and the noise of each channel.

    One for the whole stack: levels found plane by plane would differ a little, and the result flicker.

    Attributes:
        spans: one for each channel.
        levels: one for each channel.
    """

    spans: tuple[ValueSpan, ...]
    levels: tuple[Level, ...]

    def level(self, channel: int, pixels: Tensor) -> Level:
        """The level of a plane: that of its channel, or of the light that falls on it."""
        found = self.levels[channel]
        return found if found.light is None else replace(found, value=found.light.over(pixels))

    def white(self) -> "Survey":
        """With all noise taken for white, as it has to be along directions in which it does not go on."""
        told = "in volumes and films the noise is taken for white"
        levels = (
            level if level.camera is None else replace(level, camera=None, notes=(*level.notes, told))
            for level in self.levels
        )
        return replace(self, levels=tuple(levels))

    def entry(self) -> dict[str, Any]:
        """What a record holds of it."""
        lights = [level.light or Light(0.0, 0.0) for level in self.levels]
        cameras = [level.camera for level in self.levels]
        going_on = [[] if camera is None else [camera.length, *camera.octaves] for camera in cameras]
        return {
            **({"correlations": going_on} if any(going_on) else {}),
            "spans": [[span.low, span.high] for span in self.spans],
            "levels": [
                [level.value, light.gain, light.sigma, *([light.black] if light.black else [])]
                for level, light in zip(self.levels, lights, strict=True)
            ],
        }

    @staticmethod
    def recorded(entry: Mapping[str, Any]) -> "Survey":
        """That of a record."""
        spans = tuple(ValueSpan(float(low), float(high)) for low, high in entry["spans"])
        going_on = entry.get("correlations", [[]] * len(entry["levels"]))
        levels = tuple(map(_recorded_level, entry["levels"], going_on))
        return Survey(spans, levels)


def _recorded_level(told: Sequence[float], going_on: Sequence[float]) -> Level:
    value, gain, sigma, *black = map(float, told)
    camera = GoingOn(tuple(map(float, going_on[1:])), float(going_on[0])) if going_on else None
    return Level(value, "recorded", light=Light(gain, sigma, *black) if gain else None, camera=camera)


def channel_of(layout: Layout, index: Sequence[int]) -> int:
    """The channel to which the plane at ``index`` belongs."""
    return index[layout.axes.index("C")] if "C" in layout.axes else 0


def pictures_of(pixels: Tensor) -> tuple[Tensor, ...]:
    """A picture in colour, or one of each sample: (C, H, W) as (3, H, W), or as so many (1, H, W)."""
    return (pixels,) if len(pixels) in (1, 3) else pixels.split(1)


def survey_stack(
    array: StoredArray, task: Task, method: Method, sigma: float | None, room: float | None = None
) -> Survey:
    """Look at some planes of each channel, one at a time.

    Args:
        array: the stack.
        task: what is to be undone.
        method: how.
        sigma: the noise level in spans, where it is given.
        room: bytes for it; without a bound by default. Of a plane that takes more only the middle is looked at.

    Raises:
        ArgumentError: a plane takes more, and no noise level is given.
    """
    spans, levels = [], []
    rows = _rows_seen(array, room)
    if rows is not None and sigma is None:
        raise ArgumentError(
            "`sigma` must be given where memory is too little to look at a whole plane for its noise, got auto; "
            "measure it on a part of the plane, or allow more memory."
        )
    for planes in _looked_at(array):
        span = find_span(_some_values(array, planes))
        sampling = Sampling(0.0 if array.dtype.kind == "f" else 1 / span.width, ())
        found = []
        for index in planes:
            seen = array.plane(index) if rows is None else strip_of(array, index, rows)
            found += [method.level(task, part, sigma, sampling) for part in pictures_of(span.pixels(seen))]
        spans.append(span)
        # What a part of a plane looks like says nothing of the whole.
        levels.append(_middle(found if rows is None else [replace(level, notes=()) for level in found]))
    return Survey(tuple(spans), tuple(levels))


def channel_values(array: StoredArray) -> Iterator[np.ndarray]:
    """Some values of each channel, from planes that are evenly spread over it."""
    return (_some_values(array, planes) for planes in _looked_at(array))


def strip_of(array: StoredArray, plane: Sequence[int], rows: slice) -> np.ndarray:
    """Some rows of a plane, (rows, columns) or (rows, columns, samples)."""
    outer, inner = ((at, at + 1) for at in plane), array.layout.plane_shape
    box = (*outer, (rows.start, rows.stop), *((0, size) for size in inner[1:]))
    return array.read(Region(box)).reshape(rows.stop - rows.start, *inner[1:])


def _rows_seen(array: StoredArray, room: float | None) -> slice | None:
    """The rows in the middle of a plane that may be looked at; ``None``: all of them."""
    rows, *others = array.layout.plane_shape
    most = rows if room is None else int(room / (_LOOK * math.prod(others)))
    if most >= rows:
        return None
    most = max(1, min(most, _MIDDLE))
    return slice((rows - most) // 2, (rows - most) // 2 + most)


def _looked_at(array: StoredArray) -> Iterator[list[tuple[int, ...]]]:
    """Some planes of each channel."""
    groups: list[list[tuple[int, ...]]] = [[] for _ in range(array.layout.size("C"))]
    for index in array.layout.planes():
        groups[channel_of(array.layout, index)].append(index)
    for group in groups:
        yield [group[at] for at in sorted({round(at) for at in np.linspace(0, len(group) - 1, _PLANES)})]


def _some_values(array: StoredArray, planes: Sequence[tuple[int, ...]]) -> np.ndarray:
    """Evenly spread over the planes, of which only some rows are held at once."""
    rows, *others = array.layout.plane_shape
    width = math.prod(others)
    step, strip = max(1, rows * width // _VALUES), max(1, _STRIP // width)
    found = []
    for plane in planes:
        for start in range(0, rows, strip):
            values = strip_of(array, plane, slice(start, min(start + strip, rows)))
            found.append(values.ravel()[-start * width % step :: step].copy())
    return np.concatenate(found)


def _middle(levels: Sequence[Level]) -> Level:
    """The median; noise of light, or noise that goes on from pixel to pixel, where most planes have some."""
    notes = said_once(note for level in levels for note in level.notes)
    lights = [level.light for level in levels if level.light is not None]
    value, origin = median(level.value for level in levels), levels[0].origin
    cameras = sorted((level for level in levels if level.camera is not None), key=lambda level: level.value)
    if 2 * len(cameras) > len(levels):
        middle = cameras[len(cameras) // 2]
        return Level(middle.value, origin, notes, camera=middle.camera)
    if 2 * len(lights) <= len(levels):
        return Level(value, origin, notes)
    lines = [(light.gain, light.sigma, light.black) for light in lights]
    light = Light(*map(median, zip(*lines, strict=True)))
    return Level(value, origin, notes, light)
