"""The part of a picture that tells most of its blur."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["seen_in", "textured"]

_STRIDE = 16
_ROWS = 16 * _STRIDE  # that are looked at at a time
_ROUNDED = 1e-6  # brightness is a sum of channels, white need not be exactly one
_CLIPPED = 3  # pixels around clipped ones that are not believed either


def textured(y: Tensor, side: int) -> Tensor:
    """The square of ``y`` (H, W) of at most ``side`` pixels whose clearest edges are most.

    An edge counts by its contrast up to a tenth of the range: many edges in all directions tell more than a strong one.
    """
    height, width = min(side, y.shape[0]), min(side, y.shape[1])
    if (height, width) == tuple(y.shape):
        return y
    seen = seen_in(y)
    cells = torch.cat([_clear(y, seen, top) for top in range(0, y.shape[0] - 1, _ROWS)])[None, None]
    window = (max(height // _STRIDE, 1), max(width // _STRIDE, 1))
    sums = F.avg_pool2d(cells, window, stride=1)[0, 0]
    best = int(sums.argmax())
    top, left = _STRIDE * (best // sums.shape[1]), _STRIDE * (best % sums.shape[1])
    top, left = min(top, y.shape[0] - height), min(left, y.shape[1] - width)
    return y[top : top + height, left : left + width].contiguous()


def _clear(y: Tensor, seen: Tensor, top: int) -> Tensor:
    """How clear the edges are in the cells of some rows."""
    part = y[top : top + _ROWS + 1]
    down, right = part.diff(dim=0)[:, :-1].abs(), part.diff(dim=1)[:-1].abs()
    clear = torch.minimum(down.clamp_max(0.1), right.clamp_max(0.1)) + 0.25 * (down + right).clamp_max(0.1)
    clear = clear * seen[top : top + len(clear), :-1]
    return F.avg_pool2d(clear[None, None], _STRIDE, ceil_mode=True)[0, 0]


def seen_in(y: Tensor) -> Tensor:
    """One where ``y`` (H, W) is not clipped at zero or one, nor near it; all ones where less than half is.

    A picture with values beyond zero or one was not clipped there.
    """
    low = _ROUNDED if float(y.min()) >= -_ROUNDED else -math.inf
    high = 1 - _ROUNDED if float(y.max()) <= 1 + _ROUNDED else math.inf
    clipped = ((y <= low) | (y >= high)).to(y.dtype)
    near = F.max_pool2d(clipped[None, None], 2 * _CLIPPED + 1, 1, _CLIPPED)[0, 0]
    return 1 - near if float(near.mean()) < 0.5 else torch.ones_like(y)
