"""Colour at half the resolution, as JPEG libraries sample it down and up again."""

import torch
from torch import Tensor
from torch.nn.functional import pad

__all__ = ["down_sampled", "resampled_adjoint", "up_sampled"]

_WIDE = 2  # of more than so many samples a row is interpolated, of fewer it is repeated


def down_sampled(x: Tensor, rows: int, columns: int, whole: bool) -> Tensor:
    """Means of ``rows`` x ``columns`` samples of (..., H, W), the last row and column counted twice where they are odd.

    Args:
        x: samples.
        rows, columns: 1 or 2.
        whole: as encoders do: round to integers, halves (and for four samples, quarters) down and up in turn from
            column to column, and repeat the last column of ``x`` until blocks of 8 means are full.
    """
    if columns == 1:
        return x
    height, width = x.shape[-2:]
    x = pad(x, (0, -width % (16 if whole else 2), 0, height % 2 if rows == 2 else 0), mode="replicate")
    total = x.unflatten(-1, (-1, 2)).sum(-1)
    if rows == 2:
        total = total.unflatten(-2, (-1, 2)).sum(-2)
    if not whole:
        return total / (rows * columns)
    odd = torch.arange(total.shape[-1], device=x.device) % 2
    return (total + (odd if rows == 1 else 1 + odd)).div(rows * columns, rounding_mode="floor")


def up_sampled(x: Tensor, rows: int, columns: int, shape: tuple[int, int], whole: bool) -> Tensor:
    """Samples (..., h, w) interpolated to ``shape``: three parts of the nearer one and one of the farther, each way.

    Args:
        x: samples.
        rows, columns: 1 or 2.
        shape: (H, W), of which ``h = ceil(H / rows)`` and ``w = ceil(W / columns)``.
        whole: round to integers, halves up and down in turn.
    """
    if columns == 1:
        return x
    if x.shape[-1] <= _WIDE:
        return x.repeat_interleave(rows, -2).repeat_interleave(columns, -1)[..., : shape[0], : shape[1]]
    total = _doubled(_doubled(x.mT).mT if rows == 2 else x)
    parts = 16 if rows == 2 else 4
    if whole:
        offsets = x.new_tensor((8.0, 7.0) if rows == 2 else (1.0, 2.0)).repeat(x.shape[-1])
        total = (total + offsets).div(parts, rounding_mode="floor")
    else:
        total = total / parts
    return total[..., : shape[0], : shape[1]]


def resampled_adjoint(y: Tensor, rows: int, columns: int) -> Tensor:
    """The adjoint of :func:`up_sampled` of :func:`down_sampled`, unrounded, for samples ``y`` (..., H, W)."""
    if columns == 1:
        return y
    height, width = y.shape[-2:]
    y = pad(y, (0, width % 2, 0, height % 2 if rows == 2 else 0)) / (rows * columns)
    if (width + 1) // 2 <= _WIDE:
        small = y.unflatten(-1, (-1, 2)).sum(-1)
        small = small.unflatten(-2, (-1, 2)).sum(-2) if rows == 2 else small
    else:
        small = _doubled_adjoint(y) / 4
        small = _doubled_adjoint(small.mT).mT / 4 if rows == 2 else small
    x = small.repeat_interleave(columns, -1).repeat_interleave(rows, -2)
    # What was counted twice, the last row and column where they are odd, gets both shares.
    if width % 2:
        x = torch.cat([x[..., : width - 1], x[..., width - 1 :].sum(-1, keepdim=True)], -1)
    if rows == 2 and height % 2:
        x = torch.cat([x[..., : height - 1, :], x[..., height - 1 :, :].sum(-2, keepdim=True)], -2)
    return x


def _doubled_adjoint(y: Tensor) -> Tensor:
    """The adjoint of :func:`_doubled`."""
    even, odd = y.unflatten(-1, (-1, 2)).unbind(-1)
    before = torch.cat([even[..., 1:], odd[..., -1:]], -1)
    after = torch.cat([even[..., :1], odd[..., :-1]], -1)
    return 3 * (even + odd) + before + after


def _doubled(x: Tensor) -> Tensor:
    """Two samples for each: four times the values a quarter of a sample before and after it, in the last dimension."""
    before = torch.cat([x[..., :1], x[..., :-1]], -1)
    after = torch.cat([x[..., 1:], x[..., -1:]], -1)
    return (3 * x.unsqueeze(-1) + torch.stack([before, after], -1)).flatten(-2)
