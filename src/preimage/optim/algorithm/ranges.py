"""Ranges of step sizes and relaxations, which may be numbers, tensors or schedules."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from preimage._ranges import check_interval, check_level, holds_everywhere
from preimage.errors import ArgumentError
from preimage.optim.schedule import Schedule

__all__ = ["check_fields", "check_step"]


def check_fields(fields: Mapping[str, Any]) -> None:
    """Require of the fields of an algorithm that step sizes are positive and relaxations in (0, 2).

    Raises:
        ArgumentError: one is not.
    """
    for name, value in fields.items():
        if name.endswith("step_size"):
            check_step(name, value)
        elif name == "relaxation":
            _check_relaxation(value)


def check_step(name: str, value: Any) -> None:
    """Require that a step size, or each of a tuple, is positive where it is given as a number or a tensor.

    An entry of a tensor may be infinite or NaN: it makes its own sample diverge, and none of the others.

    Raises:
        ArgumentError: a number is not positive and finite, or an entry of a tensor not positive.
    """
    if isinstance(value, tuple):
        for item in value:
            check_step(name, item)
    elif isinstance(value, Tensor):
        if value.is_complex() or (value.grad_fn is None and not holds_everywhere(~(value <= 0))):
            raise ArgumentError(f"`{name}` must be positive, got a tensor with other entries; leave it to its default.")
    elif value is not None and not isinstance(value, Schedule):
        check_level(name, value, "leave it to its default")


def _check_relaxation(value: Any) -> None:
    """Require a number in (0, 2). A tensor must be positive; above two it may have been learned."""
    if isinstance(value, (Tensor, Schedule)):
        check_step("relaxation", value)
    else:
        check_interval("relaxation", value, "(0, 2)", "one is no relaxation")
