"""First and second differences on staggered grids, for total generalised variation.

A field is a list of tensors (P, C, ...), each as short along some axes as the differences make it, so that nothing is
ever taken across the border. Slopes: one component an axis, at the pixel before. Bends, the symmetrised derivative of
slopes: for each pair of axes ``d <= e``, at the pixel in the middle where ``d = e``, else at the corner between four.
"""

from itertools import combinations_with_replacement

import torch
from torch import Tensor

__all__ = ["Field", "bends", "bends_adjoint", "lengths", "rescale", "slopes", "slopes_adjoint", "window"]

Field = list[Tensor]

_HALF = 0.5**0.5  # (a + b) / 2 counts twice in the squared length


def slopes(u: Tensor) -> Field:
    """``G u``: the differences along each axis."""
    return [_difference(u, axis) for axis in range(2, u.ndim)]


def slopes_adjoint(p: Field, like: Tensor) -> Tensor:
    """``G^T p``, an image of the shape of ``like``."""
    total = torch.zeros_like(like)
    for axis, part in enumerate(p, 2):
        _spread(total, part, axis)
    return total


def bends(w: Field) -> Field:
    """``E w``, with mixed components scaled so that the length of the list is that of the symmetric matrix."""
    parts = []
    for d, e in combinations_with_replacement(range(len(w)), 2):
        along = _difference(w[d], e + 2)
        parts.append(along if d == e else (along + _difference(w[e], d + 2)).mul_(_HALF))
    return parts


def bends_adjoint(q: Field, like: Field) -> Field:
    """``E^T q``, a field of the shapes of ``like``."""
    total = [torch.zeros_like(part) for part in like]
    for (d, e), part in zip(combinations_with_replacement(range(len(like)), 2), q, strict=True):
        if d == e:
            _spread(total[d], part, d + 2)
        else:
            half = _HALF * part
            _spread(total[d], half, e + 2)
            _spread(total[e], half, d + 2)
    return total


def lengths(parts: Field, like: Tensor) -> Tensor:
    """The Euclidean length of a field at each pixel of ``like``, over components and channels: (P, 1, ...)."""
    power = torch.zeros_like(like[:, :1])
    for index, part in enumerate(parts):
        window(power, parts, index).add_(part.square().sum(1, keepdim=True) if part.shape[1] > 1 else part.square())
    return power.sqrt_()


def rescale(parts: Field, factor: Tensor) -> Field:
    """Every component times the ``factor`` (P, 1, ...) of its pixel, or of its problem."""
    if factor[0].numel() == 1:
        return [part * factor for part in parts]
    return [part * window(factor, parts, index) for index, part in enumerate(parts)]


def window(full: Tensor, parts: Field, index: int) -> Tensor:
    """The view of ``full`` at the pixels of component ``index`` of slopes or bends."""
    part, count = parts[index], full.ndim - 2
    pairs = list(combinations_with_replacement(range(count), 2))
    centre = pairs[index][0] + 2 if len(parts) == len(pairs) and pairs[index][0] == pairs[index][1] else None
    for axis in range(2, full.ndim):
        size = part.shape[axis]
        full = full.narrow(axis, 1 if axis == centre and size else 0, size)
    return full


def _difference(x: Tensor, axis: int) -> Tensor:
    size = x.shape[axis]
    rest = max(size - 1, 0)
    return x.narrow(axis, size - rest, rest) - x.narrow(axis, 0, rest)


def _spread(total: Tensor, part: Tensor, axis: int) -> None:
    """Add the adjoint of the difference."""
    size, rest = total.shape[axis], part.shape[axis]
    total.narrow(axis, size - rest, rest).add_(part)
    total.narrow(axis, 0, rest).sub_(part)
