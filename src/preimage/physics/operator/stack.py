"""Several sensors looking at the same image."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage._tree import Measurement
from preimage.errors import CapabilityError
from preimage.physics.noise import Noise, ProximableNoise, ProximableStackedNoise, StackedNoise
from preimage.physics.operator.linear import LinearPhysics

__all__ = ["Stack", "stack"]


class Stack(LinearPhysics):
    """``A x = (A_1 x, ..., A_n x)``, each with its own noise; measurements are tuples. Made by :func:`stack`."""

    def __init__(self, operators: Sequence[LinearPhysics]) -> None:
        noises = [operator.noise for operator in operators]
        closed = all(isinstance(noise, ProximableNoise) for noise in noises)
        super().__init__(ProximableStackedNoise(noises) if closed else StackedNoise(noises))
        self.operators = operators

    def with_noise(self, noise: Noise) -> "Stack":
        """The same sensors, every one of them under ``noise``."""
        return Stack([operator.with_noise(noise) for operator in self.operators])  # pyright: ignore

    def A(self, x: Tensor) -> Measurement:
        """``(A_1 x, ..., A_n x)``."""
        return tuple(operator.A(x) for operator in self.operators)

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``sum_i A_i^H y_i``."""
        parts = [operator.A_adjoint(part) for operator, part in zip(self.operators, y, strict=True)]
        return torch.stack(parts).sum(0)

    def measured(self, y: Measurement) -> Measurement:
        """What each sensor measures."""
        parts = zip(self.operators, y, strict=True)
        return tuple(operator.measured(part) for operator, part in parts)  # pyright: ignore


def stack(*operators: LinearPhysics) -> Stack:
    """The operator that measures an image with every one of ``operators``; its measurement is a tuple.

    Raises:
        CapabilityError: an operand is not linear, or there is none.
    """
    if not operators or not all(isinstance(operator, LinearPhysics) for operator in operators):
        raise CapabilityError(
            f"`operators` must be one or more LinearPhysics, got {[type(o).__name__ for o in operators]}."
        )
    return Stack(operators)
