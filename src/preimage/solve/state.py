"""States of iterations: trees of dataclasses and tuples with tensors (batch first) and plain values as leaves."""

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor

from preimage._fields import fields_of

__all__ = ["choose_samples", "map_state", "tensors_of", "with_tensors"]

S = TypeVar("S")


def map_state(function: Callable[..., Tensor], first: S, *others: S) -> S:
    """Apply ``function`` to the corresponding tensors of states, and return a state of the same structure.

    Plain values, such as step counters, are those of the last state. Where a part is a tensor in one state and ``None``
    in another (before the first step), it is that of the last state.

    Args:
        function: takes one tensor (B, ...) from each state and returns a tensor.
        first, others: states: dataclasses and tuples of tensors, nested to any depth.
    """
    last = others[-1] if others else first
    if isinstance(first, Tensor) and all(isinstance(other, Tensor) for other in others) and first.ndim:
        return function(first, *others)
    if isinstance(first, tuple) and isinstance(last, tuple):
        return tuple(map_state(function, *items) for items in zip(first, *others, strict=True))  # pyright: ignore
    if dataclasses.is_dataclass(first) and not isinstance(first, type):
        held = [fields_of(state) for state in (first, *others)]
        made: dict[str, Any] = {name: map_state(function, *(parts[name] for parts in held)) for name in held[0]}
        return type(first)(**made)
    return last


def tensors_of(state: Any) -> list[Tensor]:
    """The tensors of a state, in the order of its fields.

    Args:
        state: dataclasses and tuples of tensors, nested to any depth.
    """
    found: list[Tensor] = []

    def note(leaf: Tensor) -> Tensor:
        found.append(leaf)
        return leaf

    map_state(note, state)
    return found


def with_tensors(state: S, tensors: list[Tensor]) -> S:
    """``state`` with its tensors replaced.

    Args:
        state: dataclasses and tuples of tensors, nested to any depth.
        tensors: the new tensors, in the order of :func:`tensors_of`.
    """
    each = iter(tensors)
    return map_state(lambda _: next(each), state)


def choose_samples(which: Tensor, new: Tensor, old: Tensor) -> Tensor:
    """``new`` for the samples in ``which`` (B,), ``old`` for the others; nothing is copied where all are of one."""
    known = which.tolist()
    if all(known):
        return new
    return torch.where(which.reshape(-1, *(1,) * (new.ndim - 1)), new, old) if any(known) else old
