"""Several sensors looking at the same image."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._tree import Measurement
from preimage.errors import CapabilityError
from preimage.physics.noise import Noise, ProximableNoise, ProximableStackedNoise, StackedNoise
from preimage.physics.operator.linear import LinearPhysics

__all__ = ["Stack", "stack"]


class Stack(LinearPhysics):
    """``A x = (A_1 x, ..., A_n x)``, each with its own noise; measurements are tuples. Made by :func:`stack`.

    Args:
        operators: ``A_1, ..., A_n``, each with the noise of its sensor.

    Shapes: ``x`` as all operators take it; ``y`` is a tuple of their measurements.
    """

    def __init__(self, operators: Sequence[LinearPhysics]) -> None:
        noises = [operator.noise for operator in operators]
        closed = all(isinstance(noise, ProximableNoise) for noise in noises)
        super().__init__(ProximableStackedNoise(noises) if closed else StackedNoise(noises))
        self.operators = operators

    def map_noise(self, change: Callable[[Noise], Noise]) -> Self:
        """The same sensors, each under ``change`` of its own noise."""
        return self.replace(operators=[operator.map_noise(change) for operator in self.operators])

    def sensors(self, y: Measurement) -> tuple[tuple[LinearPhysics, Measurement], ...]:
        """Each sensor with its part of ``y``."""
        return tuple(zip(self.operators, y, strict=True))

    def A(self, x: Tensor) -> Measurement:
        """``(A_1 x, ..., A_n x)``."""
        return tuple(operator.A(x) for operator in self.operators)

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``sum_i A_i^H y_i``."""
        parts = [operator.A_adjoint(part) for operator, part in zip(self.operators, y, strict=True)]
        return torch.stack(parts).sum(0)

    def normal_map(self, like: Tensor) -> Callable[[Tensor], Tensor]:
        """The sum of the maps of all operators."""
        maps = [operator.normal_map(like) for operator in self.operators]
        return lambda x: torch.stack([normal(x) for normal in maps]).sum(0)

    def seen(self, y: Measurement) -> Measurement:
        """What each sensor measures."""
        parts = zip(self.operators, y, strict=True)
        return tuple(operator.seen(part) for operator, part in parts)


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
