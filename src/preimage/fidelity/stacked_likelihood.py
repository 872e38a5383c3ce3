"""Data terms of stacked sensors: sums with one term per sensor."""

import torch
from torch import Tensor

from preimage._tree import Measurement, scale
from preimage.fidelity.likelihood import GaussianLikelihood, Likelihood, LinearLikelihood, likelihood
from preimage.functional import Smooth, Summed
from preimage.physics import LinearPhysics, Stack
from preimage.physics.noise import GaussianNoise, Noise, NoNoise, ProximableNoise, StackedNoise

__all__ = [
    "StackedGaussianLikelihood",
    "StackedLikelihood",
    "StackedLinearLikelihood",
    "Whitened",
    "is_gaussian",
    "stacked_likelihood",
    "whiten",
]


class StackedLikelihood(Likelihood, Summed):
    """``f(x) = sum_i nll_i(A_i x, y_i)`` for the sensors ``A_i`` of a :class:`Stack`."""

    physics: Stack

    def __init__(self, physics: Stack, y: Measurement) -> None:
        super().__init__(physics, y)
        sensors = [operator for operator in physics.operators if isinstance(operator, LinearPhysics)]
        # Made once: a term may hold transforms of its part of y, and ordered subsets ask for it at every step.
        self._terms = tuple(likelihood(sensor, part) for sensor, part in zip(sensors, y, strict=True))

    def terms(self) -> tuple[Smooth, ...]:
        """The likelihood of each sensor alone, with its own noise and its part of ``y``."""
        return tuple(term for term in self._terms if isinstance(term, Smooth))


class StackedLinearLikelihood(StackedLikelihood, LinearLikelihood):
    """A :class:`StackedLikelihood` of noises that all have a prox."""

    physics: Stack  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, physics: Stack, y: Measurement) -> None:
        super().__init__(physics, y)


class StackedGaussianLikelihood(StackedLikelihood, GaussianLikelihood):
    """A :class:`StackedLikelihood` of Gaussian noises, solved as one system with the rows ``A_i / sigma_i``."""

    physics: Stack  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, physics: Stack, y: Measurement) -> None:
        super().__init__(physics, y)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """The minimiser over ``u`` of ``step * f(u) + 1/2 ||u - x||^2``."""
        return self._whitened().prox(x, step)

    def lipschitz(self, x: Tensor) -> Tensor:
        """The squared norm of the rows ``A_i / sigma_i``."""
        return self._whitened().lipschitz(x)

    def _whitened(self) -> GaussianLikelihood:
        return GaussianLikelihood(Whitened(self.physics), whiten(self.physics.noise, self.y))


class Whitened(LinearPhysics):
    """``A_i / sigma_i`` for every sensor ``i`` of a stack with Gaussian noises: unit noise throughout."""

    def __init__(self, operator: LinearPhysics) -> None:
        super().__init__(GaussianNoise(1.0))
        self.operator = operator

    def A(self, x: Tensor) -> Measurement:
        """``A_i x / sigma_i``."""
        return whiten(self.operator.noise, self.operator.A(x))

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``sum_i A_i^H y_i / sigma_i``."""
        return self.operator.A_adjoint(whiten(self.operator.noise, y))

    def measured(self, y: Measurement) -> Measurement:
        """What the operator measures."""
        return self.operator.measured(y)


def stacked_likelihood(physics: LinearPhysics, y: Measurement) -> Likelihood:
    """The data term with the most capabilities for a linear physics with a :class:`StackedNoise`."""
    noise = physics.noise
    if not isinstance(physics, Stack):  # such as a stack after another operator
        if is_gaussian(noise):
            return GaussianLikelihood(Whitened(physics), whiten(noise, y))
        return LinearLikelihood(physics, y) if isinstance(noise, ProximableNoise) else Likelihood(physics, y)
    if is_gaussian(noise):
        return StackedGaussianLikelihood(physics, y)
    return StackedLinearLikelihood(physics, y) if isinstance(noise, ProximableNoise) else StackedLikelihood(physics, y)


def is_gaussian(noise: Noise) -> bool:
    """Whether all parts of ``noise`` are Gaussian, or none, which counts as Gaussian of unit deviation."""
    if isinstance(noise, StackedNoise):
        return all(is_gaussian(part) for part in noise.parts())
    return isinstance(noise, (GaussianNoise, NoNoise))


def whiten(noise: Noise, z: Measurement) -> Measurement:
    """``z_i / sigma_i``."""
    if isinstance(noise, StackedNoise):
        return tuple(whiten(part, leaf) for part, leaf in zip(noise.parts(), z, strict=True))
    sigma = noise.sigma if isinstance(noise, GaussianNoise) else 1.0
    return scale(1 / torch.as_tensor(sigma, dtype=z.real.dtype, device=z.device).reshape(-1), z)
