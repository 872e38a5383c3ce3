"""Data terms: the negative log-likelihood of the noise, seen as a functional of the image."""

import torch
from torch import Tensor

from preimage._shapes import check_float, per_image
from preimage._tree import Measurement, keep_measured, leaves, squared_modulus, subtract
from preimage.functional import ClosedProx, LinearlyComposed, LipschitzSmooth, Proximable, Smooth
from preimage.physics import LinearPhysics, Physics
from preimage.physics._measured import count_measured, sum_measured
from preimage.physics.blur import Channelwise
from preimage.physics.noise import GaussianNoise, Noise, NoNoise, ProximableNoise, StackedNoise
from preimage.transform import Fourier, Pixels

__all__ = [
    "DiagonalLikelihood",
    "GaussianLikelihood",
    "Likelihood",
    "LinearLikelihood",
    "SpectralLikelihood",
    "likelihood",
]


class Likelihood(Smooth):
    """``f(x) = -log p(y | A(x))`` up to a constant: what the noise of ``physics`` says of ``x`` given ``y``.

    Entries of ``y`` that ``physics`` does not measure (outside a mask) count as zero, whatever they hold.

    Raises:
        ArgumentError: the noise never draws such a ``y`` (a negative count), or its level is zero.
    """

    def __init__(self, physics: Physics, y: Measurement) -> None:
        super().__init__()
        for leaf in leaves(y):
            check_float(leaf, "y")
        self.physics = physics
        self._measured = physics.measured(y)
        physics.noise.check_measurement(y, self._measured)
        self.y = keep_measured(y, self._measured)

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return self.physics.noise.nll(self.physics.A(x), self.y)

    def grad(self, x: Tensor) -> Tensor:
        """``J(x)^H grad nll(A(x))``."""
        z, pull = self.physics.pullback(x)
        return pull(self.physics.noise.grad(z, self.y))

    def value_and_grad(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Both from one ``A(x)``."""
        z, pull = self.physics.pullback(x)
        return self.physics.noise.nll(z, self.y), pull(self.physics.noise.grad(z, self.y))

    def discrepancy(self, x: Tensor) -> Tensor:
        """``2 (nll(A(x), y) - min nll) / m`` for ``m`` real measurements, (B,): one on average at the true image.

        Exactly so for Gaussian noise, where it is ``mean |A(x) - y|^2 / sigma^2``; roughly so for Poisson noise, where
        it is the mean deviance. Sum and count are over what ``physics`` measures; zero if it measures nothing.

        Raises:
            CapabilityError: the noise is neither, so that one is not what to expect.
        """
        deviance = self.physics.noise.deviance(self.physics.A(x), self.y)
        return sum_measured(deviance, self._measured) / self.count().clamp_min(1)

    def count(self) -> Tensor:
        """How many real numbers were measured, (B,)."""
        return count_measured(self.y, self._measured)


class LinearLikelihood(Likelihood, LinearlyComposed):
    """``f(x) = nll(A x, y)`` for a linear ``A`` and a noise with a prox: primal-dual methods take the two apart."""

    physics: LinearPhysics

    def __init__(self, physics: LinearPhysics, y: Measurement) -> None:
        super().__init__(physics, y)

    def linear(self, x: Tensor) -> Measurement:
        """``A x``."""
        return self.physics.A(x)

    def linear_adjoint(self, z: Measurement) -> Tensor:
        """``A^H z``."""
        return self.physics.A_adjoint(z)

    def linear_norm(self, x: Tensor) -> Tensor:
        """``||A||``."""
        return self.physics.norm(x)

    def outer_prox(self, z: Measurement, step: float | Tensor) -> Measurement:
        """The prox of ``nll(., y)``."""
        return self._noise().prox(z, self.y, step)

    def outer_grad(self, z: Measurement) -> Measurement:
        """The gradient of ``nll(., y)``."""
        return self.physics.noise.grad(z, self.y)

    def outer_conjugate(self, z: Measurement) -> Tensor:
        """The convex conjugate of ``nll(., y)``, (B,)."""
        return self._noise().conjugate(z, self.y)

    def _noise(self) -> ProximableNoise:
        noise = self.physics.noise
        assert isinstance(noise, ProximableNoise)  # by construction; likelihood() sees to it
        return noise


class DiagonalLikelihood(LinearLikelihood, ClosedProx):
    """``f(x) = sum_i nll(s_i (V^H x)_i, y_i)`` for ``A = diag(s) V^H``: one scalar problem per entry of ``y``.

    Inpainting and single-coil MRI are of this kind, whatever the noise.
    """

    def __init__(self, physics: LinearPhysics, y: Measurement) -> None:
        super().__init__(physics, y)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """The minimiser over ``u`` of ``step * f(u) + 1/2 ||u - x||^2``; entries with ``s_i = 0`` stay."""
        form = self.physics.diagonal(x)
        assert form is not None  # by construction; likelihood() sees to it
        s = form.s
        seen = s != 0
        safe = torch.where(seen, s, 1)
        coefficients = form.right.analysis(x)
        # With z = s w, minimising step nll(s w) + 1/2 |w - v|^2 is a prox at s v with step |s|^2.
        steps = per_image(step, x.real) * safe.abs().square()
        moved = self.outer_prox(safe * coefficients, steps.expand(coefficients.shape)) / safe
        return form.right.synthesis(torch.where(seen, moved, coefficients), tuple(x.shape))


class GaussianLikelihood(LinearLikelihood, Proximable, LipschitzSmooth):
    """``f(x) = ||A x - y||^2 / (2 sigma^2)`` for a linear ``A``, with the prox ``x + (A^H A + rho)^-1 A^H (y - A x)``.

    ``rho = sigma^2 / step``.
    """

    def __init__(self, physics: LinearPhysics, y: Measurement) -> None:
        super().__init__(physics, y)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """The minimiser over ``u`` of ``step * f(u) + 1/2 ||u - x||^2``."""
        rho = self.variance(x) / per_image(step, x.real)
        return x + self.physics.solve_regularized(subtract(self.y, self.physics.A(x)), rho.flatten())

    def lipschitz(self, x: Tensor) -> Tensor:
        """``||A||^2 / sigma^2``."""
        return self.linear_norm(x) ** 2 / self.variance(x).flatten()

    def variance(self, x: Tensor) -> Tensor:
        """``sigma^2`` shaped to broadcast over ``x``; one for no noise."""
        return per_image(_sigma(self.physics.noise), x.real) ** 2


class SpectralLikelihood(GaussianLikelihood, ClosedProx):
    """A :class:`GaussianLikelihood` for ``A = U diag(s) V^H``: its prox is one transform there and one back.

    ``conj(s) U^H y`` and ``|s|^2`` are computed once, when the object is made.
    """

    def __init__(self, physics: LinearPhysics, y: Tensor) -> None:
        super().__init__(physics, y)
        form = physics.diagonal(y)
        assert form is not None  # likelihood() sees to it
        s, self._right = form.s, form.right
        self._matched = (s.conj() * form.left.analysis(self.y)).resolve_conj()
        power = squared_modulus(s)
        # Arithmetic of complex with real numbers is several times faster on (real, imaginary) pairs of equal strides.
        self._power = torch.view_as_real(torch.complex(power, power)) if self._matched.is_complex() else power

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


def likelihood(physics: Physics, y: Measurement) -> Likelihood:
    """The data term with the most capabilities that ``physics`` and its noise allow."""
    from preimage.fidelity.channelwise import ChannelwiseLikelihood
    from preimage.fidelity.stacked_likelihood import stacked_likelihood

    noise = physics.noise
    if isinstance(physics, Channelwise):
        return ChannelwiseLikelihood(physics, y)
    if not isinstance(physics, LinearPhysics):
        return Likelihood(physics, y)
    if isinstance(noise, (GaussianNoise, NoNoise)):
        return GaussianLikelihood(physics, y) if physics.diagonal(y) is None else SpectralLikelihood(physics, y)
    if isinstance(noise, StackedNoise):
        return stacked_likelihood(physics, y)
    if not isinstance(noise, ProximableNoise):
        return Likelihood(physics, y)
    return _linear_likelihood(physics, y)


def _linear_likelihood(physics: LinearPhysics, y: Measurement) -> LinearLikelihood:
    """For a noise with a prox."""
    from preimage.fidelity.count_likelihood import CountLikelihood, DiagonalCountLikelihood, has_background
    from preimage.fidelity.semi_orthogonal import SemiOrthogonalCountLikelihood, SemiOrthogonalLikelihood

    counts = has_background(physics.noise)
    form, outer = physics.diagonal(y), physics.outer_diagonal(y)
    if form is None and outer is not None and outer.left == Pixels():
        return SemiOrthogonalCountLikelihood(physics, y) if counts else SemiOrthogonalLikelihood(physics, y)
    half_spectrum = form is not None and isinstance(form.right, Fourier) and form.right.real
    if form is not None and form.left == Pixels() and not half_spectrum:
        return DiagonalCountLikelihood(physics, y) if counts else DiagonalLikelihood(physics, y)
    return CountLikelihood(physics, y) if counts else LinearLikelihood(physics, y)


def _sigma(noise: Noise) -> float | Tensor:
    return noise.sigma if isinstance(noise, GaussianNoise) else 1.0
