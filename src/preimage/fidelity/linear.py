"""Data terms of linear operators under a noise with a prox."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.fidelity.base import Likelihood
from preimage.functional import ClosedProx, LinearlyComposed
from preimage.physics import Diagonal, LinearPhysics
from preimage.physics.noise import ProximableNoise
from preimage.transform import Fourier, Pixels

__all__ = [
    "LinearLikelihood",
    "ProximableLikelihood",
    "by_columns",
    "by_rows",
]


class LinearLikelihood(Likelihood, LinearlyComposed):
    """``f(x) = nll(A x, y)`` for a linear ``A`` and a noise with a prox: primal-dual methods take the two apart."""

    physics: LinearPhysics

    def __init__(self, physics: LinearPhysics, y: Measurement, sensors: Sequence[Likelihood] = ()) -> None:
        super().__init__(physics, y, sensors)

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

    def curvature(self, x: Tensor) -> Tensor | None:
        """``||A||^2`` times the information that the noise leaves in ``y``, where that is known."""
        information = self.physics.noise.information(self.y, self._seen)
        if information is None:
            return None
        size = self.linear_norm(x)
        return size.where(size > 0, 1) ** 2 * information

    def lipschitz(self, x: Tensor) -> Tensor | None:
        """``||A||^2`` times the bound on the second derivative of ``nll``, for images with ``A x >= 0``.

        ``None`` where the noise has no bound: counts need a background.
        """
        bound = self.physics.noise.curvature(self.y)
        return None if bound is None else self.linear_norm(x) ** 2 * bound

    def _noise(self) -> ProximableNoise:
        noise = self.physics.noise
        assert isinstance(noise, ProximableNoise)  # by construction; likelihood() sees to it
        return noise


class ProximableLikelihood(LinearLikelihood, ClosedProx):
    """A :class:`LinearLikelihood` with one scalar problem for each entry of ``y``: its prox is that of the noise.

    For ``A = diag(s) V^H`` (inpainting, single-coil MRI), or an ``A A^H`` that is diagonal in pixels (demosaicing).
    """

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """The minimiser over ``u`` of ``step * f(u) + 1/2 ||u - x||^2``; what ``A`` does not see stays.

        Source: Combettes & Pesquet 2011, table 10.1 (xi).
        """
        form = by_columns(self.physics, x)
        return self._by_rows(x, step) if form is None else self._by_columns(form, x, step)

    def _by_columns(self, form: Diagonal, x: Tensor, step: float | Tensor) -> Tensor:
        """With ``z = s w``, minimising ``step nll(s w) + 1/2 |w - v|^2`` is a prox at ``s v`` with step ``|s|^2``."""
        seen = form.s != 0
        safe = torch.where(seen, form.s, 1)
        coefficients = form.right.analysis(x)
        steps = per_image(step, x.real) * safe.abs().square()
        moved = self.outer_prox(safe * coefficients, steps.expand(coefficients.shape)) / safe
        return form.right.synthesis(torch.where(seen, moved, coefficients), tuple(x.shape))

    def _by_rows(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``x + A^H (prox_{c step nll}(A x) - A x) / c`` for ``A A^H = diag(c)``."""
        z = self.physics.A(x)
        form = by_rows(self.physics, z)
        assert form is not None  # by construction; likelihood() sees to it
        c = torch.where(form.s > 0, form.s, 1)
        return x + self.physics.A_adjoint((self.outer_prox(z, c * per_image(step, z.real)) - z) / c)


def by_columns(physics: LinearPhysics, like: Measurement) -> Diagonal | None:
    """``A = diag(s) V^H`` with as many coefficients as samples, on images like ``like``; ``None`` for other forms."""
    form = physics.diagonal(like) if isinstance(like, Tensor) else None
    if form is None or form.left != Pixels() or (isinstance(form.right, Fourier) and form.right.real):
        return None
    return form


def by_rows(physics: LinearPhysics, like: Measurement) -> Diagonal | None:
    """``A A^H = diag(c)`` on measurements like ``like``; ``None`` if it is not of that form."""
    form = physics.outer_diagonal(like) if isinstance(like, Tensor) else None
    return form if form is not None and form.left == Pixels() else None
