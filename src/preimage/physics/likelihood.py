"""Data terms: the negative log-likelihood of the noise, seen as a functional of the image."""

from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.functional import Proximable, Smooth
from preimage.physics.base import Physics
from preimage.physics.linear import LinearPhysics
from preimage.physics.noise import GaussianNoise, NoNoise

__all__ = ["GaussianLikelihood", "Likelihood", "likelihood"]


class Likelihood(Smooth):
    """``f(x) = -log p(y | A(x))`` up to a constant: what the noise of ``physics`` says of ``x`` given ``y``."""

    def __init__(self, physics: Physics, y: Measurement) -> None:
        super().__init__()
        self.physics = physics
        self.y = y

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return self.physics.noise.nll(self.physics.A(x), self.y)

    def grad(self, x: Tensor) -> Tensor:
        """``J(x)^H grad nll(A(x))``."""
        return self.physics.vjp(x, self.physics.noise.grad(self.physics.A(x), self.y))


class GaussianLikelihood(Likelihood, Proximable):
    """``f(x) = ||A x - y||^2 / (2 sigma^2)`` for a linear ``A``, with the prox ``(A^H A + rho)^-1 (A^H y + rho x)``.

    ``rho = sigma^2 / step``. The back-projection ``A^H y`` is computed once, when the object is made.
    """

    physics: LinearPhysics

    def __init__(self, physics: LinearPhysics, y: Measurement) -> None:
        super().__init__(physics, y)
        self._backprojection = physics.A_adjoint(y)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """The minimiser over ``u`` of ``step * f(u) + 1/2 ||u - x||^2``."""
        rho = self.variance(x) / per_image(step, x)
        return self.physics.solve_shifted(self._backprojection + rho * x, rho.real.flatten())

    def variance(self, x: Tensor) -> Tensor:
        """``sigma^2`` shaped to broadcast over ``x``; one for no noise."""
        noise = self.physics.noise
        return per_image(noise.sigma if isinstance(noise, GaussianNoise) else 1.0, x) ** 2


def likelihood(physics: Physics, y: Measurement) -> Likelihood:
    """The data term with the most capabilities that ``physics`` and its noise allow."""
    if isinstance(physics, LinearPhysics) and isinstance(physics.noise, (GaussianNoise, NoNoise)):
        return GaussianLikelihood(physics, y)
    return Likelihood(physics, y)
