"""Attention among the pixels of square windows: images cut into windows, and which pixels of one belong together."""

import torch
from torch import Tensor

__all__ = ["displacements", "from_windows", "to_windows", "torn_windows"]


def to_windows(x: Tensor, side: int) -> Tensor:
    """The pixels of each window, (B windows, side^2, C), of ``x`` (B, H, W, C), its sides multiples of ``side``."""
    batch, height, width, channels = x.shape
    rows, columns = height // side, width // side
    windows = x.reshape(batch, rows, side, columns, side, channels).transpose(2, 3)
    return windows.reshape(batch * rows * columns, side**2, channels)


def from_windows(windows: Tensor, shape: torch.Size, side: int) -> Tensor:
    """The image of ``shape`` (B, H, W, C) whose windows are given."""
    batch, height, width, channels = shape
    x = windows.reshape(batch, height // side, width // side, side, side, channels).transpose(2, 3)
    return x.reshape(batch, height, width, channels)


def displacements(side: int, device: torch.device | None = None) -> tuple[Tensor, Tensor]:
    """How far down and right of each pixel of a window each other one is, plus ``side - 1``: (side^2, side^2) each."""
    place = torch.arange(side, device=device)
    down, right = place.repeat_interleave(side), place.repeat(side)
    return down[:, None] - down + side - 1, right[:, None] - right + side - 1


def torn_windows(rows: int, columns: int, side: int, shift: int, device: torch.device | None = None) -> Tensor:
    """Which two pixels of a window come from opposite sides of an image that was rolled by ``-shift``.

    Returns:
        Boolean, (rows columns, side^2, side^2).
    """
    kept = torch.arange(side, device=device) < side - shift
    torn = kept[:, None] != kept
    down = torn.repeat_interleave(side, 0).repeat_interleave(side, 1)
    right = torn.repeat(side, side)
    last_row = torch.arange(rows, device=device) == rows - 1
    last_column = torch.arange(columns, device=device) == columns - 1
    torn = (last_row[:, None, None, None] & down) | (last_column[:, None, None] & right)
    return torn.flatten(0, 1)
