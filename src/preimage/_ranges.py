"""Range checks at the boundary.

They belong into constructors: to look at a tensor on a GPU means to wait for it. A tensor with a recorded history, such
as a weight in a network that is trained, is the result of a computation within a loop and taken as it is.
"""

import math
from numbers import Integral

import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError

__all__ = ["check_count", "check_interval", "check_level", "check_number", "holds_everywhere"]


def check_level(name: str, value: float | Tensor, advice: str, zero: bool = False) -> None:
    """Require a finite real number above zero, or a tensor of such numbers.

    Args:
        name: the name of the argument.
        value: what was given for it.
        advice: what to do next, the end of the message.
        zero: whether zero is allowed, too.

    Raises:
        ArgumentError: it is not; the message shows the first number that is not.
    """
    wanted = "at least 0" if zero else "positive"
    if isinstance(value, Tensor):
        if value.is_complex():
            raise ArgumentError(f"`{name}` must be {wanted}, got complex numbers; {advice}.")
        if value.grad_fn is not None:
            return
        fits = value.isfinite() & (value >= 0 if zero else value > 0)
        if not holds_everywhere(fits):
            raise ArgumentError(
                f"`{name}` must be {wanted}, got {float(value.detach()[~fits][0]):.4g} in a tensor; {advice}."
            )
    elif not math.isfinite(value) or not (value >= 0 if zero else value > 0):
        raise ArgumentError(f"`{name}` must be {wanted}, got {value}; {advice}.")


def check_number(name: str, value: float | Tensor, advice: str, zero: bool = False) -> None:
    """Require what :func:`check_level` requires, of one number or one for each sample: shape () or (B,).

    Raises:
        ArgumentError: a number is out of range.
        ShapeError: a tensor has more than one dimension.
    """
    if isinstance(value, Tensor) and value.ndim > 1:
        raise ShapeError(f"`{name}` must be a number or (B,), got {tuple(value.shape)}; give one value per sample.")
    check_level(name, value, advice, zero)


def check_count(name: str, value: int, advice: str, least: int = 1) -> None:
    """Require an integer of at least ``least``.

    Raises:
        ArgumentError: it is smaller or no integer.
    """
    if not isinstance(value, Integral):
        raise ArgumentError(f"`{name}` must be an integer, got {value!r}; {advice}.")
    if value < least:
        raise ArgumentError(f"`{name}` must be at least {least}, got {value}; {advice}.")


def check_interval(name: str, value: float, interval: str, advice: str) -> None:
    """Require a number in an interval that is written as in mathematics: ``"(0, 1]"`` contains 1 but not 0.

    Raises:
        ArgumentError: it lies outside.
    """
    low, high = map(float, interval[1:-1].split(","))
    above = value >= low if interval[0] == "[" else value > low
    below = value <= high if interval[-1] == "]" else value < high
    if not (above and below):
        raise ArgumentError(f"`{name}` must be in {interval}, got {value}; {advice}.")


def holds_everywhere(condition: Tensor) -> bool:
    """Whether all of ``condition`` is true; taken for granted where values cannot be looked at (vmap, compile)."""
    if torch.compiler.is_compiling():
        return True
    try:
        return bool(condition.detach().all())
    except RuntimeError:  # under vmap
        return True
