"""The part of a field of view that was recorded."""

from typing import NamedTuple

import torch
from torch import Tensor

from preimage.transform import fast_length

__all__ = ["Window", "continuation", "extend", "window_of_blur"]


class Window(NamedTuple):
    """The recorded rectangle of a measurement of ``full_height`` x ``full_width``."""

    top: int
    left: int
    height: int
    width: int
    full_height: int
    full_width: int

    def of(self, x: Tensor) -> Tensor:
        """The part of ``x`` inside, a view."""
        return x[..., self.top : self.top + self.height, self.left : self.left + self.width]

    def times(self, factor: int) -> "Window":
        """The same rectangle where every pixel has become ``factor`` x ``factor``."""
        return Window(*(factor * value for value in self))

    def embed(self, y: Tensor) -> Tensor:
        """The adjoint of :meth:`of`: zero outside."""
        full = y.new_zeros(*y.shape[:-2], self.full_height, self.full_width)
        self.of(full).copy_(y)
        return full

    def frame(self, x: Tensor) -> Tensor:
        """What of ``x`` lies outside, in a row: (..., 1, number of pixels)."""
        parts = (x[..., rows, columns].flatten(-2) for rows, columns in self._sides())
        return torch.cat(list(parts), -1)[..., None, :]

    def of_frame(self, edge: Tensor) -> Tensor:
        """The adjoint of :meth:`frame`: zero inside."""
        full = edge.new_zeros(*edge.shape[:-2], self.full_height, self.full_width)
        done = 0
        for rows, columns in self._sides():
            side = full[..., rows, columns]
            count = side.shape[-2] * side.shape[-1]
            side.copy_(edge[..., 0, done : done + count].unflatten(-1, side.shape[-2:]))
            done += count
        return full

    def _sides(self) -> tuple[tuple[slice, slice], ...]:
        """Above, below, and between these left and right."""
        bottom, right = self.top + self.height, self.left + self.width
        middle = slice(self.top, bottom)
        return (
            (slice(0, self.top), slice(None)), (slice(bottom, None), slice(None)),
            (middle, slice(0, self.left)), (middle, slice(right, None)),
        )  # fmt: skip


def window_of_blur(kernel: Tensor, height: int, width: int) -> Window:
    """What is recorded of the scene behind a blurred picture, whose size is one that Fourier transforms are fast for.

    Pixel ``n`` of the picture sees pixels ``n - (size - 1 - size // 2)`` to ``n + size // 2``.

    Args:
        kernel: what blurs, (h, w).
        height: rows of the picture.
        width: its columns.
    """
    rows, columns = kernel.shape
    return Window(
        rows - 1 - rows // 2, columns - 1 - columns // 2, height, width,
        fast_length(height + rows - 1), fast_length(width + columns - 1),
    )  # fmt: skip


def extend(y: Tensor, window: Window) -> Tensor:
    """``y`` continued smoothly to a periodic picture of the full size, in which it is the part ``window``.

    Each side is mirrored, and the mirror images of opposite sides fade into each other across the seam.
    """
    out = y.new_empty(*y.shape[:-2], window.full_height, window.full_width)
    rows = continuation(window.top, window.height, window.full_height, y)
    columns = continuation(window.left, window.width, window.full_width, y)
    for image, plane in zip(y.flatten(0, -3), out.flatten(0, -3), strict=True):
        tall = torch.lerp(image[rows[0]], image[rows[1]], rows[2][:, None])
        plane.copy_(torch.lerp(tall[:, columns[0]], tall[:, columns[1]], columns[2]))
    return out


def continuation(before: int, length: int, total: int, like: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """For every position of a period of ``total``: a mirrored index, that of the next period, and the share of this."""
    position = (torch.arange(total, device=like.device) - before) % total  # the gap comes after the picture
    gap = total - length
    share = ((position - length + 1).clamp_min(0).to(like.dtype) / (gap + 1)).clamp(0, 1)
    share = (1 - torch.cos(torch.pi * share)) / 2
    return _mirror(position, length), _mirror(position - total, length), share


def _mirror(position: Tensor, length: int) -> Tensor:
    """Reflection about the outer samples' outer edges: ... 1 0 0 1 2 ... n-1 n-1 n-2 ..."""
    folded = position % (2 * length)
    return torch.where(folded < length, folded, 2 * length - 1 - folded)
