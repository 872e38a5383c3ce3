"""Data terms of linear operators under Gaussian noise: least squares."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from preimage._shapes import per_image
from preimage._tree import squared_modulus, subtract
from preimage.fidelity.base import Likelihood
from preimage.fidelity.linear import LinearLikelihood
from preimage.fidelity.whitened import Whitened, whiten
from preimage.functional import DiagonalQuadratic, Proximable
from preimage.physics import Diagonal, LinearPhysics

__all__ = ["GaussianLikelihood", "SpectralLikelihood"]


class GaussianLikelihood(LinearLikelihood, Proximable):
    """``f(x) = ||A x - y||^2 / (2 sigma^2)`` for a linear ``A``, with the prox ``x + (A^H A + rho)^-1 A^H (y - A x)``.

    ``rho = sigma^2 / step``. Stacked sensors are solved as one system with the rows ``A_i / sigma_i``.
    """

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """The minimiser over ``u`` of ``step * f(u) + 1/2 ||u - x||^2``."""
        if isinstance(self.y, tuple):
            physics, y, variance = Whitened(self.physics), whiten(self.physics.noise, self.y), 1.0
        else:
            physics, y, variance = self.physics, self.y, self.variance(x)
        rho = variance / per_image(step, x.real)
        return x + physics.solve_regularized(subtract(y, physics.A(x)), rho.flatten())

    def lipschitz(self, x: Tensor) -> Tensor:
        """``||A||^2 / sigma^2``; of stacked sensors the squared norm of the rows ``A_i / sigma_i``."""
        if isinstance(self.y, tuple):
            return Whitened(self.physics).norm(x) ** 2
        bound = self.physics.noise.curvature(self.y)
        assert bound is not None  # Gaussian
        return self.linear_norm(x) ** 2 * bound

    def curvature(self, x: Tensor) -> Tensor:
        """That of the directions seen best: the Lipschitz constant."""
        return self.lipschitz(x)

    def variance(self, x: Tensor) -> Tensor:
        """``sigma^2`` shaped to broadcast over ``x``; one for no noise."""
        return per_image(self.physics.noise.least_squares, x.real) ** 2


class SpectralLikelihood(GaussianLikelihood, DiagonalQuadratic):
    """A :class:`GaussianLikelihood` for ``A = U diag(s) V^H``: its prox is one transform there and one back.

    ``conj(s) U^H y`` and ``|s|^2`` are computed once, when the object is made.
    """

    def __init__(self, physics: LinearPhysics, y: Tensor, sensors: Sequence[Likelihood] = ()) -> None:
        super().__init__(physics, y, sensors)
        form = physics.diagonal(self.y)
        assert form is not None  # by construction; likelihood() sees to it
        self._right = form.right
        self._matched, self._power = _normal_equation(form, self.y)

    @override
    def derive(self) -> Mapping[str, Any]:
        form = self.physics.diagonal(self.y)
        assert form is not None  # as in the constructor
        matched, power = _normal_equation(form, self.y)
        return {**super().derive(), "_matched": matched, "_power": power}

    def grad(self, x: Tensor) -> Tensor:
        """``V (|s|^2 V^H x - conj(s) U^H y) / sigma^2``: one transform there and one back."""
        coefficients = self._right.analysis(x)
        if self._matched.is_complex():
            pairs = torch.view_as_real(coefficients.to(self._matched.dtype))
            change = torch.view_as_complex(torch.addcmul(-torch.view_as_real(self._matched), self._power, pairs))
        else:
            change = torch.addcmul(-self._matched, self._power.to(coefficients.dtype), coefficients)
        return self._right.synthesis(change, tuple(x.shape)) / self.variance(x)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``V ((conj(s) U^H y + rho V^H x) / (|s|^2 + rho))``."""
        rho = self.variance(x) / per_image(step, x.real)
        return self._solve(x, rho, rho)

    def solve_quadratic(self, b: Tensor, curvature: Tensor) -> Tensor:
        """``argmin_x f(x) + 1/2 <x, V diag(curvature) V^H x> - Re <b, x>`` for a real ``curvature`` >= 0."""
        variance = self.variance(b)
        return self._solve(b, variance, variance * curvature)

    def _solve(self, x: Tensor, factor: Tensor, shift: Tensor) -> Tensor:
        """``V ((conj(s) U^H y + factor V^H x) / (|s|^2 + shift))``."""
        coefficients = self._right.analysis(x)
        if self._matched.is_complex():
            pairs = torch.view_as_real(coefficients.to(self._matched.dtype))
            mixed = torch.addcmul(torch.view_as_real(self._matched), factor[..., None], pairs)
            solved = torch.view_as_complex(mixed.mul_((self._power + shift[..., None]).reciprocal()))
        else:
            solved = torch.addcmul(self._matched, factor.to(x.dtype), coefficients) / (self._power + shift)
        return self._right.synthesis(solved, tuple(x.shape))


def _normal_equation(form: Diagonal, y: Tensor) -> tuple[Tensor, Tensor]:
    """``conj(s) U^H y`` and ``|s|^2``."""
    s = form.s
    matched, power = (s.conj() * form.left.analysis(y)).resolve_conj(), squared_modulus(s)
    # Arithmetic of complex with real numbers is several times faster on (real, imaginary) pairs of equal strides.
    return matched, torch.view_as_real(torch.complex(power, power)) if matched.is_complex() else power
