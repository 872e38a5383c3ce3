"""Range checks at the boundary."""

import math

import torch
from torch import Tensor

from preimage.errors import ArgumentError

__all__ = ["check_level", "holds_everywhere"]


def check_level(name: str, value: float | Tensor, advice: str, zero: bool = False) -> None:
    """Require a finite real number above zero, or a tensor of such numbers.

    Args:
        name: of the argument.
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
        fits = value.isfinite() & (value >= 0 if zero else value > 0)
        if not holds_everywhere(fits):
            raise ArgumentError(f"`{name}` must be {wanted}, got {float(value[~fits][0]):.4g} in a tensor; {advice}.")
    elif not math.isfinite(value) or not (value >= 0 if zero else value > 0):
        raise ArgumentError(f"`{name}` must be {wanted}, got {value}; {advice}.")


def holds_everywhere(condition: Tensor) -> bool:
    """Whether all of ``condition`` is true; taken for granted where values cannot be looked at (vmap, compile)."""
    if torch.compiler.is_compiling():
        return True
    try:
        return bool(condition.detach().all())
    except RuntimeError:  # under vmap
        return True
