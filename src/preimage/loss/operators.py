"""Other operators of a physics, drawn at random."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics import Physics
from preimage.physics.generators import ParameterGenerator

__all__ = ["Operators", "draw_operator", "require_operators"]

Operators = ParameterGenerator | Sequence[Physics]


def draw_operator(operators: Operators, physics: Physics, x: Tensor, rng: torch.Generator | None) -> Physics:
    """Another operator for the images ``x``.

    Args:
        operators: a law of parameters, drawn for each image and put into ``physics``; or a sequence of physics, of
            which one is drawn for the batch.
        physics: what the parameters are put into.
        x: the images, of which the number, the precision and the device count.
        rng: source of randomness.
    """
    if isinstance(operators, ParameterGenerator):
        return physics.replace(**operators(len(x), rng, x.real.dtype, x.device))
    device = "cpu" if rng is None else rng.device
    return operators[int(torch.randint(len(operators), (), generator=rng, device=device))]


def require_operators(operators: Operators) -> None:
    """Require a law of parameters or one physics and more.

    Raises:
        ArgumentError: the sequence is empty.
    """
    if not isinstance(operators, ParameterGenerator) and not len(operators):
        raise ArgumentError("`operators` must hold one physics or more, got none; give those that measure.")
