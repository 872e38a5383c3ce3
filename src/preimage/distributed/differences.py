"""Differences and total variation of sharded images: one row of the neighbour is all they need."""

from typing import Any

import torch
from torch import Tensor

from preimage.distributed.call import Call
from preimage.distributed.placement import Placement
from preimage.distributed.reductions import total
from preimage.distributed.rows import Rows, take_rows
from preimage.errors import CapabilityError
from preimage.transform import divergence, gradient, group_axes, group_length

__all__ = ["sharded_divergence", "sharded_gradient", "sharded_total_variation"]


def sharded_gradient(call: Call) -> tuple[Any, Any]:
    """:func:`preimage.transform.gradient`: the last difference of a part needs the first row of the next."""
    place = call.place
    if place.dim < 2:
        return gradient(*call.args, **call.kwargs), place
    return _gradient(call.x, place), place.along(place.dim + 1)


def _gradient(x: Tensor, place: Placement) -> Tensor:
    bounds = _bounds(place)
    asked = tuple(Rows(start, min(stop + 1, place.total)) for start, stop in bounds)
    slab = take_rows(x, place, asked)
    return gradient(slab).narrow(place.dim + 1, 0, x.shape[place.dim])


def sharded_divergence(call: Call) -> tuple[Any, Any]:
    """:func:`preimage.transform.divergence`: the first difference of a part needs the last row of the one before."""
    place = call.place
    if place.dim < 3:
        if place.dim == 2:
            raise CapabilityError("`p` must be sharded along a spatial axis, got one sharded along its directions.")
        return divergence(*call.args, **call.kwargs), place
    p, axis, part = call.x, place.dim - 3, place.along(place.dim - 1)
    summed = torch.zeros_like(p[:, :, 0])
    for number in range(p.shape[2]):
        direction = p[:, :, number]
        summed = summed + (_rows_back(direction, part) if number == axis else _back(direction, number + 2))
    return summed, part


def _back(direction: Tensor, dim: int, first: bool = True, last: bool = True) -> Tensor:
    """Backward differences along ``dim``, beyond whose ends there is zero; the last entry does not count."""
    zero = torch.zeros_like(direction.narrow(dim, 0, 1))
    inner = direction.narrow(dim, 0, direction.shape[dim] - last)
    none = zero.narrow(dim, 0, 0)
    return torch.diff(inner, dim=dim, prepend=zero if first else none, append=zero if last else none)


def _rows_back(direction: Tensor, part: Placement) -> Tensor:
    """The same along the shared dimension."""
    asked = tuple(Rows(max(start - 1, 0), stop) for start, stop in _bounds(part))
    rows = take_rows(direction, part, asked)
    return _back(rows, part.dim, part.start == 0, part.stop == part.total)


def sharded_total_variation(call: Call) -> tuple[Tensor, None]:
    """:func:`preimage.transform.total_variation` of the whole."""
    coupled, isotropic = call.argument(1, "coupled", False), call.argument(2, "isotropic", True)
    x, place = call.x, call.place
    slopes = gradient(x) if place.dim < 2 else _gradient(x, place)
    lengths = group_length(slopes, group_axes(coupled, isotropic)).flatten(1).sum(1)
    return total(lengths, place), None


def _bounds(place: Placement) -> list[tuple[int, int]]:
    """Where the part of each process begins and ends."""
    stops = [sum(place.lengths[: rank + 1]) for rank in range(place.mesh.size)]
    return list(zip([0, *stops[:-1]], stops, strict=True))
