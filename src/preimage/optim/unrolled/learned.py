"""Numbers of an algorithm or a prior that are learned, one per step or one for all steps."""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from preimage._fields import fields_of
from preimage._module import Module
from preimage._tree import leaves, tree_map
from preimage.errors import ArgumentError, FieldError
from preimage.optim.algorithm import Algorithm

__all__ = ["LearnedFields", "Shared"]


@dataclass(frozen=True)
class Shared:
    """In ``learn=[...]``: the field ``name`` has one learned value for all steps, not one per step."""

    name: str


class LearnedFields(nn.Module):
    """Positive numbers in place of the fields ``learn`` of an algorithm and of a prior.

    Each is learned as a logarithm, so that it stays positive, and starts from the field's value. A field of the
    algorithm that is ``None``, to be filled in by :meth:`Algorithm.prepare`, is learned as a factor on what
    ``prepare`` fills in, from one: a step size in units of ``1 / L``, which suits every physics. Where that is a tuple,
    one step for each term, all of them get the same factor.

    Args:
        algorithm, prior: where the fields are; the algorithm is asked first.
        learn: names, or :class:`Shared` names.
        n_steps: number of steps.

    Raises:
        FieldError: neither has such a field.
        ArgumentError: a field is no positive number.
    """

    def __init__(self, algorithm: Algorithm, prior: nn.Module, learn: Sequence[str | Shared], n_steps: int) -> None:
        super().__init__()
        self.logarithms = nn.ParameterDict()
        self.relative: frozenset[str] = frozenset()
        for item in learn:
            name, count = (item.name, 1) if isinstance(item, Shared) else (item, n_steps)
            start = _field(algorithm, prior, name)
            self.relative = self.relative | ({name} if start is None else frozenset())
            self.logarithms[name] = nn.Parameter(torch.full((count,), 1.0 if start is None else start).log())

    def value(self, name: str, k: int) -> Tensor:
        """The learned number ``name`` at step ``k``, (1,)."""
        logarithm = self.logarithms[name]
        return logarithm[min(k, len(logarithm) - 1)].exp().reshape(1)

    def algorithm_at(self, algorithm: Algorithm, k: int) -> Algorithm:
        """A prepared ``algorithm`` with its learned fields of step ``k``.

        Raises:
            ArgumentError: ``prepare`` has filled in no number for a field to be learned.
        """
        for name in self.logarithms:
            owner = _owner(algorithm, name)
            if owner is not None:
                number = self.value(name, k)
                learned = _scaled(fields_of(owner)[name], number, name) if name in self.relative else number
                algorithm = _replaced(algorithm, name, learned)
        return algorithm

    def prior_at(self, algorithm: Algorithm, prior: Any, k: int) -> Any:
        """``prior`` with its learned fields of step ``k``: those that ``algorithm`` does not have."""
        changes = {name: self.value(name, k) for name in self.logarithms if _owner(algorithm, name) is None}
        return prior.replace(**changes) if changes else prior


def _scaled(value: Any, factor: Tensor, name: str) -> Any:
    """What ``prepare`` has filled in, a number, a tensor or a (nested) tuple of them, times ``factor`` (1,)."""
    if not all(isinstance(leaf, (int, float, Tensor)) for leaf in leaves(value)):
        raise ArgumentError(f"`{name}` must be a positive number to be learned, got {value!r}; give it such a start.")
    return tree_map(lambda leaf: leaf * factor, value)


def _owner(algorithm: Algorithm, name: str) -> Algorithm | None:
    """``algorithm`` or the algorithm inside it that has the field."""
    values = fields_of(algorithm)
    if name in values:
        return algorithm
    inner = (value for value in values.values() if isinstance(value, Algorithm))
    return next((owner for part in inner if (owner := _owner(part, name)) is not None), None)


def _replaced(algorithm: Algorithm, name: str, value: Any) -> Algorithm:
    if name in fields_of(algorithm):
        return dataclasses.replace(algorithm, **{name: value})
    parts = {key: part for key, part in fields_of(algorithm).items() if isinstance(part, Algorithm)}
    return dataclasses.replace(algorithm, **{key: _replaced(part, name, value) for key, part in parts.items()})


def _field(algorithm: Algorithm, prior: nn.Module, name: str) -> float | None:
    owner = _owner(algorithm, name)
    value = fields_of(owner)[name] if owner is not None else _field_of_module(prior, name)
    if value is None and owner is not None:
        return None
    number = (
        float(value) if isinstance(value, (int, float)) or (isinstance(value, Tensor) and value.numel() == 1) else 0
    )
    if not 0 < number < math.inf:
        raise ArgumentError(f"`{name}` must be a positive number to be learned, got {value!r}; give it such a start.")
    return number


def _field_of_module(module: nn.Module, name: str) -> Any:
    """The field ``name`` of ``module`` or of the one part of it that has it, which ``replace`` would change."""
    fields = module.fields() if isinstance(module, Module) else {}
    if name in fields:
        return fields[name]
    for part in fields.values():
        if isinstance(part, Module):
            try:
                return _field_of_module(part, name)
            except FieldError:
                continue
    raise FieldError(f"`learn` must name a field of the algorithm or the prior, got {name!r}; see their arguments.")
