"""Networks evaluated from the top of an image to its bottom, a few rows at a time, with the result of the whole.

Every layer keeps the last rows that it has seen, so that nothing is computed twice, and the rows that pass from layer
to layer stay near the processor. A large image takes the memory of some hundred of its rows.

Rows travel as strips (B, C, rows, W), in order, the last one marked. A roomy strip has two more rows before its own,
for the consumer to fill. No function holds a strip that it has passed on: a chain of them would hold the whole image.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._worker import Worker
from preimage.machine.compiler import is_transformed

__all__ = [
    "Delayed", "Strip", "activated", "added", "added_to", "convolved", "doubled", "goes_by_rows", "halved", "roomy",
    "rows_at_a_time", "rows_bytes",
]  # fmt: skip

_ROOM = 2  # what a 3x3 convolution sees of the rows before
# Measured with 16 features at full size: the fewest that convolutions take at their full speed.
_PIXELS = 1 << 17


@dataclass(frozen=True)
class Strip:
    """Some rows (B, C, rows, W) of an image or of features, and whether they are the last."""

    rows: Tensor
    is_last: bool


class Delayed(Worker):
    """Rows that have passed by and are needed again, further down the network."""

    def __init__(self) -> None:
        self._rows: deque[Tensor] = deque()

    def passing(self, strips: Iterable[Strip]) -> Iterator[Strip]:
        """The same roomy strips, whose rows are kept."""

        def keep(strip: Strip) -> Strip:
            self._rows.append(strip.rows[:, :, _ROOM:])
            return strip

        return map(keep, strips)

    def take(self, count: int) -> Iterator[Tensor]:
        """The next ``count`` rows, in one or several parts."""
        while count:
            rows = self._rows.popleft()
            if rows.shape[2] > count:
                self._rows.appendleft(rows[:, :, count:])
            yield rows[:, :, :count]
            count -= min(count, rows.shape[2])


def goes_by_rows(x: Tensor) -> bool:
    """Whether images ``x`` are worked on by rows: large ones on a CPU, where no derivative is recorded."""
    return (
        x.device.type == "cpu"
        and not torch.is_grad_enabled()
        and not torch.compiler.is_compiling()
        and not is_transformed()
        and x.shape[0] * x.shape[2] * x.shape[3] > 2 * _PIXELS
    )


def rows_at_a_time(x: Tensor) -> int:
    """How many rows of images ``x`` (B, C, H, W) make a strip."""
    return max(1, _PIXELS // (x.shape[0] * x.shape[3]))


def rows_bytes(per_pixel: int, width: int, reach: int) -> int:
    """The memory for an image of that ``width``, where one that is worked on as a whole needs ``per_pixel``.

    Measured on DRUNet: strips, and the rows that wait for the end of the network.

    Args:
        reach: rows that the end of the network lags behind its beginning.
    """
    return per_pixel * (3 * _PIXELS + 2 * width * reach // 3)


def convolved(strips: Iterable[Strip], layer: nn.Conv2d) -> Iterator[Strip]:
    """A 3x3 convolution of roomy strips, with zeros around the image; every strip lags one row behind."""
    held: Tensor | None = None

    def step(strip: Strip) -> Strip | None:
        nonlocal held
        rows = strip.rows
        if held is None:
            rows = rows[:, :, 1:]
            rows[:, :, 0] = 0
        else:
            rows[:, :, :_ROOM] = held
        if strip.is_last:
            rows = torch.cat([rows, torch.zeros_like(rows[:, :, :1])], 2)
        else:
            held = rows[:, :, -_ROOM:].clone()
        if rows.shape[2] <= _ROOM:
            return None
        return Strip(F.conv2d(rows, layer.weight, layer.bias, padding=(0, 1)), strip.is_last)

    return _stream(step, strips)


def halved(strips: Iterable[Strip], layer: nn.Conv2d) -> Iterator[Strip]:
    """A 2x2 convolution with stride 2 of roomy strips of an image with an even number of rows."""
    held: Tensor | None = None

    def step(strip: Strip) -> Strip | None:
        nonlocal held
        rows = strip.rows
        if held is not None:
            rows[:, :, _ROOM - 1] = held
        rows = rows[:, :, _ROOM if held is None else _ROOM - 1 :]
        held = rows[:, :, -1].clone() if rows.shape[2] % 2 else None
        if rows.shape[2] == 1:
            return None
        return Strip(F.conv2d(rows, layer.weight, layer.bias, stride=2), strip.is_last)

    return _stream(step, strips)


def doubled(strips: Iterable[Strip], layer: nn.ConvTranspose2d) -> Iterator[Strip]:
    """A transposed 2x2 convolution with stride 2 of roomy strips."""

    def step(strip: Strip) -> Strip:
        rows = F.conv_transpose2d(strip.rows[:, :, _ROOM:], layer.weight, layer.bias, stride=2)
        return Strip(rows, strip.is_last)

    return _stream(step, strips)


def activated(strips: Iterable[Strip], layer: nn.Module) -> Iterator[Strip]:
    """``layer``, which looks at each value alone, of strips; the result has room."""

    def step(strip: Strip) -> Strip:
        out = _room(strip.rows, strip.rows.shape[2])
        if isinstance(layer, nn.ReLU):
            torch.clamp_min(strip.rows, 0, out=out[:, :, _ROOM:])
        else:
            out[:, :, _ROOM:] = layer(strip.rows)
        return Strip(out, strip.is_last)

    return _stream(step, strips)


def added(strips: Iterable[Strip], kept: Delayed) -> Iterator[Strip]:
    """Strips plus the rows that were kept; the result has room."""

    def step(strip: Strip) -> Strip:
        out = _room(strip.rows, strip.rows.shape[2])
        start = 0
        for rows in kept.take(strip.rows.shape[2]):
            stop = start + rows.shape[2]
            torch.add(strip.rows[:, :, start:stop], rows, out=out[:, :, _ROOM + start : _ROOM + stop])
            start = stop
        return Strip(out, strip.is_last)

    return _stream(step, strips)


def added_to(strips: Iterable[Strip], kept: Delayed) -> Iterator[Strip]:
    """The same of roomy strips that nobody else needs, in place."""

    def step(strip: Strip) -> Strip:
        out, start = strip.rows, _ROOM
        for rows in kept.take(out.shape[2] - _ROOM):
            out[:, :, start : start + rows.shape[2]] += rows
            start += rows.shape[2]
        return strip

    return _stream(step, strips)


def roomy(strips: Iterable[Strip], count: int) -> Iterator[Strip]:
    """The rows of strips in roomy ones of ``count`` rows; the last may have fewer."""
    out, filled = None, 0
    full: deque[Strip] = deque()
    for strip in strips:
        start, stop = 0, strip.rows.shape[2]
        while start < stop:
            out = _room(strip.rows, count) if out is None else out
            fits = min(stop - start, count - filled)
            at = _ROOM + filled
            out[:, :, at : at + fits] = strip.rows[:, :, start : start + fits]
            start, filled = start + fits, filled + fits
            is_last = strip.is_last and start == stop
            if filled == count or is_last:
                full.append(Strip(out[:, :, : _ROOM + filled], is_last))
                out, filled = None, 0
        del strip
        while full:
            yield full.popleft()


def _stream(step: Callable[[Strip], Strip | None], strips: Iterable[Strip]) -> Iterator[Strip]:
    """What ``step`` makes of each strip, if anything."""
    return filter(None, map(step, strips))


def _room(like: Tensor, rows: int) -> Tensor:
    """Memory for ``rows`` rows of features like ``like`` and the room before them, channels last."""
    batch, channels, _, width = like.shape
    return like.new_empty(batch, _ROOM + rows, width, channels).permute(0, 3, 1, 2)
