"""Operations that move, add or take away dimensions: where the shared one goes."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch

from preimage.distributed.call import Call
from preimage.distributed.placement import Placement
from preimage.errors import CapabilityError

__all__ = ["SHAPES"]

Rule = Callable[[Call], tuple[Any, Any]]


def _refuse(call: Call) -> CapabilityError:
    return CapabilityError(
        f"`{call.name}` must leave the shared dimension {call.place.dim} whole, got a call that cuts or mixes it; work "
        "on `x.local`, this process' part, or on `x.whole()`."
    )


def _flatten(call: Call) -> tuple[Any, Any]:
    x, place = call.x, call.place
    first, last = call.dim(1, "start_dim", 0), call.dim(2, "end_dim", -1)
    if place.dim < first:
        return call.run(), place
    if place.dim > last:
        return call.run(), place.along(place.dim - (last - first))
    others = torch.Size(x.shape[dim] for dim in range(first, last + 1) if dim != place.dim).numel()
    sizes = None if place.sizes is None else tuple(others * size for size in place.sizes)
    return call.run(), Placement(place.mesh, first, sizes)


def _added(call: Call) -> tuple[Any, Any]:
    """One dimension more: of ``stack`` and ``unsqueeze``."""
    dim, place = call.dim(1, otherwise=0, more=1), call.place
    if call.name == "stack":
        call = _alike(call)
    return call.run(), place.along(place.dim + (dim <= place.dim))


def _cat(call: Call) -> tuple[Any, Any]:
    dim = call.dim(1, otherwise=0)
    if dim == call.place.dim:
        raise _refuse(call)
    return _alike(call).run(), call.place


def _alike(call: Call) -> Call:
    """The call, whose tensors must all be shared in one way."""
    places = [place for _, place in call.placed]
    if len(places) < len(call.args[0]) or any(place != places[0] for place in places):
        raise _refuse(call)
    return call


def _removed(call: Call) -> tuple[Any, Any]:
    """One dimension less: of ``select``, ``unbind`` and ``squeeze``."""
    if len(call.args) + len(call.kwargs) < 2 and call.name == "squeeze":
        raise _refuse(call)
    dim, place = call.dim(1, otherwise=0), call.place
    if dim == place.dim:
        raise _refuse(call)
    result = call.run()
    shrunk = call.name != "squeeze" or result.ndim < call.x.ndim
    return result, place.along(place.dim - (shrunk and dim < place.dim))


def _kept(position: int) -> Rule:
    """Of operations along one dimension, whose number is an argument: not the shared one."""

    def rule(call: Call) -> tuple[Any, Any]:
        dims = call.argument(position, "dim", call.kwargs.get("dims", 0))
        if call.place.dim in [dim % call.x.ndim for dim in (dims if isinstance(dims, (tuple, list)) else (dims,))]:
            raise _refuse(call)
        return call.run(), call.place

    return rule


def _sizes(call: Call) -> list[int]:
    """The shape that is asked for, in sizes of the whole."""
    given = call.args[1:] or tuple(call.kwargs.values())
    return list(given[0] if isinstance(given[0], (tuple, list)) else given)


def _shape(call: Call) -> tuple[Any, Any]:
    shape = call.place.whole_shape(call.x.shape)
    return (shape[call.args[1]] if len(call.args) > 1 else shape), None


def _reshape(call: Call) -> tuple[Any, Any]:
    """To a shape that has the shared dimension and those after it, and as many entries before."""
    x, place, sizes = call.x, call.place, _sizes(call)
    shape = place.whole_shape(x.shape)
    if not all(isinstance(size, int) for size in sizes):
        raise _refuse(call)
    if -1 in sizes:
        rest = torch.Size(size for size in sizes if size != -1).numel()
        sizes[sizes.index(-1)] = shape.numel() // max(rest, 1)
    tail = shape[place.dim :]
    dim = len(sizes) - len(tail)
    if dim < 0 or tuple(sizes[dim:]) != tuple(tail) or torch.Size(sizes).numel() != shape.numel():
        raise _refuse(call)
    return x.reshape(*sizes[:dim], *x.shape[place.dim :]), place.along(dim)


def _expand(call: Call) -> tuple[Any, Any]:
    x, place = call.x, call.place
    offset = place.dim - x.ndim
    if call.first is None:  # a plain tensor to the shape of a sharded one: constant along the shared dimension
        plain = call.args[0]
        if call.name != "expand_as" or (plain.ndim >= -offset and plain.shape[offset] != 1):
            raise _refuse(call)
        return call.run(), place
    sizes = list(call.args[1].shape) if call.name == "expand_as" else _sizes(call)
    if sizes[offset] not in (-1, place.whole_shape(x.shape)[place.dim]):
        raise _refuse(call)
    sizes[offset] = -1
    return x.expand(sizes), place.along(len(sizes) + offset)


def _transpose(call: Call) -> tuple[Any, Any]:
    first, second = call.dim(1, "dim0"), call.dim(2, "dim1")
    return call.run(), call.place.along({first: second, second: first}.get(call.place.dim, call.place.dim))


def _swapped(call: Call) -> tuple[Any, Any]:
    """Of ``x.mT``."""
    last = call.x.ndim - 1
    return call.run(), call.place.along({last: last - 1, last - 1: last}.get(call.place.dim, call.place.dim))


def _movedim(call: Call) -> tuple[Any, Any]:
    source, target = call.dim(1, "source"), call.dim(2, "destination")
    order = [dim for dim in range(call.x.ndim) if dim != source]
    order.insert(target, source)
    return call.run(), call.place.along(order.index(call.place.dim))


def _getitem(call: Call) -> tuple[Any, Any]:
    index = call.args[1] if isinstance(call.args[1], tuple) else (call.args[1],)
    if not all(item is None or item is ... or isinstance(item, (int, slice)) for item in index):
        raise _refuse(call)
    used = sum(item is not None and item is not ... for item in index)
    rest = (slice(None),) * (call.x.ndim - used)
    at = index.index(...) if ... in index else len(index)
    dim = target = 0
    for item in (*index[:at], *rest, *index[at + 1 :]):
        if item is None:
            target += 1
            continue
        if dim == call.place.dim:
            if item != slice(None):
                raise _refuse(call)
            break
        dim += 1
        target += not isinstance(item, int)
    return call.run(), call.place.along(target)


def _same(call: Call) -> tuple[Any, Any]:
    result = call.run()
    return result, None if result is None else call.place


def _told(call: Call) -> tuple[Any, Any]:
    return call.run(), None


SHAPES: Mapping[str, Rule] = MappingProxyType(
    {
        "shape": _shape,
        "size": _shape,
        "flatten": _flatten,
        "stack": _added,
        "unsqueeze": _added,
        "cat": _cat,
        "select": _removed,
        "unbind": _removed,
        "squeeze": _removed,
        "narrow": _kept(1),
        "split": _kept(2),
        "chunk": _kept(2),
        "roll": _kept(2),
        "flip": _kept(1),
        "index_select": _kept(1),
        "cumsum": _kept(1),
        "softmax": _kept(1),
        "reshape": _reshape,
        "view": _reshape,
        "expand": _expand,
        "expand_as": _expand,
        "broadcast_to": _expand,
        "transpose": _transpose,
        "mT": _swapped,
        "movedim": _movedim,
        "getitem": _getitem,
        "view_as_complex": _same,
        "grad": _same,
        "backward": _told,
    }
)
