"""What holds for every value: calls leave it and their arguments alone, copies are equal, parts can be taken."""

import copy
import pickle
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from preimage._fields import attributes_of
from preimage._module import Module
from preimage._tree import leaves, tree_map
from preimage.errors import ArgumentError
from preimage.testing._compare import require, require_close, require_equal, rounding

M = TypeVar("M", bound=Module)


@contextmanager
def untouched(subject: nn.Module, *arguments: Any, call: str) -> Iterator[None]:
    """Require that the block changes neither ``subject``, nor ``arguments``, nor any global random state."""
    state, random_state = _snapshot(subject), _random_state()
    tensors = [leaf for argument in arguments for leaf in leaves(argument) if isinstance(leaf, Tensor)]
    copies = [tensor.detach().clone() for tensor in tensors]
    yield
    for tensor, before in zip(tensors, copies, strict=True):
        require(torch.equal(tensor, before), subject, f"{call} changed its argument")
    require(_random_state() == random_state, subject, f"{call} used a global random generator; draw from `rng`")
    after = _snapshot(subject)
    require(len(after) == len(state), subject, f"{call} added attributes to the object")
    for (name, held, clone), (_, now, _) in zip(state, after, strict=True):
        same = now is held and (clone is None or torch.equal(held, clone))
        require(same, subject, f"{call} changed the object ({name})")


def check_value(value: M, apply: Callable[[M], Any]) -> None:
    """Require that copies of ``value`` by every route give the same result under ``apply``."""
    expected = apply(value)
    for route, copied in (
        ("deepcopy", copy.deepcopy(value)),
        ("pickle", pickle.loads(pickle.dumps(value))),
        ("replace()", value.replace()),
    ):
        require(type(copied) is type(value), value, f"{route} gives a {type(copied).__name__}")
        require_equal(apply(copied), expected, value, f"the result after {route}")
    other = _with_other_fields(value)
    other.load_state_dict(value.state_dict())
    require_equal(apply(other), expected, value, "the result after loading state_dict into a copy with other fields")


def _with_other_fields(value: M) -> M:
    """A valid value of the same shapes: every number halved, or entries in reverse where numbers must sum to one."""
    try:
        return map_tensors(value, lambda tensor: 0.5 * tensor)
    except ArgumentError:
        return map_tensors(value, lambda tensor: tensor.flip(0) if tensor.ndim else tensor)


def check_replace(value: Module) -> None:
    """Require that ``replace`` keeps every field, what was learned, and the mode, training or evaluation."""
    fields = value.fields()
    for changes in ({}, *({name: field} for name, field in fields.items())):
        made = value.replace(**changes)
        for name, field in made.fields().items():
            require(_same(field, fields[name]), value, f"replace({', '.join(changes)}) loses the field `{name}`")
        state, now = (item.state_dict(keep_vars=True) for item in (value, made))
        shared = state.keys() == now.keys() and all(state[name] is now[name] for name in state)
        require(shared, value, f"replace({', '.join(changes)}) loses parameters or buffers")
        modes = [[part.training for part in item.modules()] for item in (value, made)]
        require(modes[0] == modes[1], value, f"replace({', '.join(changes)}) changes the mode, training or evaluation")


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, (list, tuple, nn.ModuleList)) and isinstance(other, (list, tuple, nn.ModuleList)):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return one is other or (not isinstance(one, (Tensor, nn.Module)) and one == other)


def check_double(value: M, apply: Callable[[M], Any]) -> None:
    """Require that ``value.to(float64)`` is what the constructor makes of float64 fields."""
    converted = copy.deepcopy(value).to(torch.float64)
    rebuilt = map_tensors(value, lambda tensor: tensor.to(torch.complex128 if tensor.is_complex() else torch.float64))
    networks = {name: field for name, field in value.fields().items() if _is_network(field)}
    rebuilt = rebuilt.replace(**{name: copy.deepcopy(field).to(torch.float64) for name, field in networks.items()})
    tol = rounding(torch.float64)
    require_close(apply(converted), apply(rebuilt), tol, value, "the result after .to(float64)")


def map_tensors(value: M, function: Callable[[Tensor], Tensor]) -> M:
    """A value with ``function`` applied to every floating tensor it is made of, at any depth."""
    changes: dict[str, Any] = {}
    for name, field in value.fields().items():
        if isinstance(field, Module):
            changes[name] = map_tensors(field, function)
        elif isinstance(field, nn.ModuleList):
            changes[name] = [map_tensors(item, function) if isinstance(item, Module) else item for item in field]
        elif isinstance(field, Tensor) and (field.is_floating_point() or field.is_complex()):
            changes[name] = function(field.detach())
        elif isinstance(field, tuple) and field and all(isinstance(leaf, Tensor) for leaf in leaves(field)):
            changes[name] = tree_map(function, field)
    return value.replace(**changes)


def samples_of(value: M, rows: slice, batch: int) -> M:
    """The value that treats samples ``rows`` of a batch: fields with one entry per sample are cut to those."""
    return map_tensors(value, lambda tensor: tensor[rows] if tensor.ndim and tensor.shape[0] == batch else tensor)


def tensor_fields(value: Module) -> dict[str, Tensor]:
    """Floating tensors that ``value.replace`` can reach by name alone."""
    found: dict[str, list[Any]] = {}
    for part in value.modules():
        for name, field in part.fields().items() if isinstance(part, Module) else ():
            found.setdefault(name, []).append(field)
    single = {name: fields[0] for name, fields in found.items() if len(fields) == 1}
    return {name: field for name, field in single.items() if isinstance(field, Tensor) and field.is_floating_point()}


def _is_network(field: Any) -> bool:
    """Whether a field is no value, or one that has learned something."""
    if not isinstance(field, nn.Module) or isinstance(field, nn.ModuleList):
        return False
    return not isinstance(field, Module) or any(True for _ in field.parameters())


def _random_state() -> tuple[bytes, bytes, object]:
    numpy_state = pickle.dumps(np.random.get_state())  # noqa: NPY002 the global state is what must not move
    return torch.get_rng_state().numpy().tobytes(), numpy_state, random.getstate()


def _snapshot(subject: nn.Module) -> list[tuple[str, Any, Tensor | None]]:
    """(name, attribute, clone if a tensor) of everything the object and its parts hold."""
    held: list[tuple[str, Any, Tensor | None]] = []
    for path, part in subject.named_modules():
        for name, attribute in attributes_of(part).items():
            inside = attribute.items() if isinstance(attribute, dict) else [("", attribute)]
            for key, item in inside:
                where = ".".join(piece for piece in (path, name, str(key)) if piece)
                held.append((where, item, item.detach().clone() if isinstance(item, Tensor) else None))
    return held
