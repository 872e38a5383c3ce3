"""Extension of an image beyond its border, and the exact adjoint of it."""

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError

__all__ = ["Margins", "Padding", "check_padding", "pad", "places", "unpad"]

Padding = Literal["valid", "circular", "replicate", "reflect", "zero"]
Margins = tuple[tuple[int, int], ...]  # before and after, for each spatial axis

_TORCH_MODES = {"circular": "circular", "replicate": "replicate", "reflect": "reflect", "zero": "constant"}


def check_padding(padding: str) -> None:
    """Require one of the five names."""
    if padding != "valid" and padding not in _TORCH_MODES:
        names = ", ".join(("valid", *_TORCH_MODES))
        raise ArgumentError(f"`padding` must be one of {names}, got {padding!r}; choose how the image continues.")


def pad(x: Tensor, margins: Margins, padding: Padding) -> Tensor:
    """Extend the last ``len(margins)`` axes of ``x``: periodically, by its edge, by a mirror (edge once) or by zero."""
    if not any(map(any, margins)):
        return x
    _check_mirror(tuple(x.shape[-len(margins) :]), margins, padding)
    return F.pad(x, [width for pair in reversed(margins) for width in pair], mode=_TORCH_MODES[padding])


def places(sizes: tuple[int, ...], margins: Margins, padding: Padding) -> list[Tensor]:
    """For each axis, where :func:`pad` takes its samples from: indices, -1 standing for zero."""
    _check_mirror(sizes, margins, padding)
    if padding == "valid":
        return [torch.arange(size) for size in sizes]
    numbers = [torch.arange(1, size + 1, dtype=torch.float64)[None, None] for size in sizes]
    return [pad(each, (pair,), padding)[0, 0].long() - 1 for each, pair in zip(numbers, margins, strict=True)]


def unpad(y: Tensor, margins: Margins, padding: Padding) -> Tensor:
    """The adjoint of :func:`pad`: margins are added back to the pixels they were copied from."""
    for axis, (before, after) in enumerate(margins, start=y.ndim - len(margins)):
        if before or after:
            y = _fold(y, axis, before, after, padding)
    return y


def _check_mirror(sizes: tuple[int, ...], margins: Margins, padding: Padding) -> None:
    if padding == "reflect" and any(max(pair) >= size for pair, size in zip(margins, sizes, strict=True)):
        raise ShapeError(
            f"`x` must be larger than the margins {margins} to be mirrored, got {sizes}; use a smaller kernel, or "
            "padding 'replicate', 'circular' or 'zero'."
        )


def _fold(y: Tensor, axis: int, before: int, after: int, padding: Padding) -> Tensor:
    size = y.shape[axis] - before - after
    core = y.narrow(axis, before, size)
    if padding == "zero":
        return core
    core = core.clone()
    head, tail = y.narrow(axis, 0, before), y.narrow(axis, before + size, after)
    if padding == "circular":
        core.narrow(axis, size - before, before).add_(head)
        core.narrow(axis, 0, after).add_(tail)
    elif padding == "reflect":
        core.narrow(axis, 1, before).add_(head.flip(axis))
        core.narrow(axis, size - 1 - after, after).add_(tail.flip(axis))
    else:
        core.narrow(axis, 0, 1).add_(head.sum(axis, keepdim=True))
        core.narrow(axis, size - 1, 1).add_(tail.sum(axis, keepdim=True))
    return core
