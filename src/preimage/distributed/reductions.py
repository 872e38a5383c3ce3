"""Sums, norms, extremes over the dimension that is shared: of the whole, from partial results in the order of ranks."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from preimage.distributed.call import Call
from preimage.distributed.collectives import every_partial, sum_of_all
from preimage.distributed.placement import Placement
from preimage.errors import CapabilityError

__all__ = ["REDUCTIONS"]

_FEW = 1 << 12  # numbers of a partial result up to which all are gathered and added in the order of ranks


def total(local: Tensor, place: Placement) -> Tensor:
    """The sum over the processes."""
    if local.numel() > _FEW:
        return sum_of_all(local, place.mesh)
    return every_partial(local, place.mesh).sum(0)


def _dims(call: Call, position: int = 1) -> tuple[int, ...]:
    """The dimensions that are reduced."""
    dims = call.argument(position, "dim", call.kwargs.get("axis"))
    if dims is None or dims == ():
        return tuple(range(call.x.ndim))
    return tuple(dim % call.x.ndim for dim in (dims if isinstance(dims, (tuple, list)) else (dims,)))


def _reduce(call: Call, together: Callable[[Tensor, Placement], Tensor], position: int = 1) -> tuple[Any, Any]:
    """Reduce the parts, and then ``together`` what is left of them where the shared dimension is gone."""
    dims, place = _dims(call, position), call.place
    result = call.run()
    if place.dim in dims:
        return together(result, place), None
    kept = call.argument(position + 1, "keepdim", False)
    return result, place if kept else place.along(place.dim - sum(dim < place.dim for dim in dims))


def _sum(call: Call) -> tuple[Any, Any]:
    return _reduce(call, total)


def _mean(call: Call) -> tuple[Any, Any]:
    dims, place = _dims(call), call.place
    if place.dim not in dims:
        return _reduce(call, total)
    count = torch.Size(call.x.shape[dim] for dim in dims if dim != place.dim).numel() * place.total
    return total(call.x.sum(dims, call.argument(2, "keepdim", False)), place) / count, None


def _extreme(func: Callable[..., Tensor], fill: float) -> Callable[[Call], tuple[Any, Any]]:
    def reduce(call: Call) -> tuple[Any, Any]:
        dims, place, x = _dims(call), call.place, call.x
        if place.dim not in dims:
            return _reduce(call, total)
        if x.shape[place.dim] == 0:
            shape = list(x.shape)
            shape[place.dim] = 1
            x = x.new_full(shape, fill)
        return func(every_partial(func(x, dims, call.argument(2, "keepdim", False)), place.mesh), 0), None

    return reduce


def _of_all(call: Call) -> tuple[Any, Any]:
    return _reduce(call, lambda part, place: place.mesh.gather(part).all(0))


def _of_any(call: Call) -> tuple[Any, Any]:
    return _reduce(call, lambda part, place: place.mesh.gather(part).any(0))


def _vector_norm(call: Call) -> tuple[Any, Any]:
    if call.argument(1, "ord", 2) not in (2, 2.0):
        raise CapabilityError(
            "`ord` must be 2 for the norm of a sharded tensor, got another; take abs and amax or sum."
        )

    def together(part: Tensor, place: Placement) -> Tensor:
        return torch.linalg.vector_norm(every_partial(part, place.mesh), dim=0)

    return _reduce(call, together, 2)


def _numel(call: Call) -> tuple[int, None]:
    """The number of entries of the whole, which is the same in every process."""
    place, shape = call.place, call.x.shape
    return torch.Size(size for dim, size in enumerate(shape) if dim != place.dim).numel() * place.total, None


REDUCTIONS: Mapping[str, Callable[[Call], tuple[Any, Any]]] = MappingProxyType(
    {
        "sum": _sum,
        "mean": _mean,
        "amax": _extreme(torch.amax, -torch.inf),
        "amin": _extreme(torch.amin, torch.inf),
        "all": _of_all,
        "any": _of_any,
        "vector_norm": _vector_norm,
        "numel": _numel,
        "nelement": _numel,
    }
)
