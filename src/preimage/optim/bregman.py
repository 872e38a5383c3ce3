"""Bregman potentials: convex functions whose divergence replaces the squared distance in a gradient step."""

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.errors import CapabilityError
from preimage.fidelity import Likelihood
from preimage.functional import LinearIfPositive, Proximable, Smooth, Zero
from preimage.physics import LinearPhysics

__all__ = ["BregmanL2", "BurgEntropy", "NegEntropy", "Potential"]


class Potential(Smooth):
    """A strictly convex ``phi`` with its gradient and the inverse of that, the gradient of the conjugate."""

    def grad_conjugate(self, z: Tensor) -> Tensor:
        """The ``x`` with ``grad phi(x) = z``."""
        raise NotImplementedError

    def divergence(self, x: Tensor, y: Tensor) -> Tensor:
        """``phi(x) - phi(y) - <grad phi(y), x - y>`` of each sample, (B,): zero where they agree, else positive."""
        return self(x) - self(y) - (self.grad(y).conj() * (x - y)).real.flatten(1).sum(1)

    def into_domain(self, x: Tensor) -> Tensor:
        """An image like ``x`` at which the gradient is finite."""
        return x

    def prox(self, g: object, z: Tensor, step: float | Tensor) -> Tensor:
        """``argmin_u step * g(u) + phi(u) - Re <z, u>``: the proximal point, in this geometry, of ``grad phi^-1(z)``.

        Raises:
            CapabilityError: it has no closed form for ``g``.
        """
        raise NotImplementedError

    def relative_lipschitz(self, f: object, x: Tensor) -> Tensor:
        """An ``L`` for which ``L phi - f`` is convex on images like ``x``, (B,) or (1,): a step of ``1 / L`` descends.

        Raises:
            CapabilityError: none is known.
        """
        if isinstance(f, Zero):
            return x.real.new_zeros(1)
        terms = f.terms() if isinstance(f, Smooth) else ()
        if any(term is not f for term in terms):
            return torch.stack(torch.broadcast_tensors(*(self.relative_lipschitz(term, x) for term in terms))).sum(0)
        raise CapabilityError(
            f"`step_size` must be given where no smoothness relative to {type(self).__name__} is known, got a "
            f"{type(f).__name__}; give step_size=..."
        )


class BregmanL2(Potential):
    """``phi(x) = 1/2 ||x||^2``: the usual geometry, in which mirror descent is gradient descent.

    Source: the definition.
    """

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return 0.5 * x.abs().square().flatten(1).sum(1)

    def grad(self, x: Tensor) -> Tensor:
        """``x``."""
        return x

    def grad_conjugate(self, z: Tensor) -> Tensor:
        """``z``."""
        return z

    def prox(self, g: object, z: Tensor, step: float | Tensor) -> Tensor:
        """``prox_{step g}(z)``.

        Raises:
            CapabilityError: ``g`` is not proximable.
        """
        if not isinstance(g, Proximable):
            raise CapabilityError(
                f"the prior must be Proximable for BregmanL2, got {type(g).__name__}; choose another."
            )
        return g.prox(z, step)

    def relative_lipschitz(self, f: object, x: Tensor) -> Tensor:
        """The Lipschitz constant of ``grad f``."""
        constant = f.lipschitz(x) if isinstance(f, Smooth) else None
        return super().relative_lipschitz(f, x) if constant is None else constant


class Entropy(Potential):
    """A potential of positive images that is a sum over the pixels."""

    def into_domain(self, x: Tensor) -> Tensor:
        """Pixels below a thousandth of the mean modulus are raised to it; an image of zeros becomes ones."""
        mean = x.abs().flatten(1).mean(1)
        return torch.maximum(x, per_image(torch.where(mean > 0, mean / 1000, 1), x))

    def prox(self, g: object, z: Tensor, step: float | Tensor) -> Tensor:
        """``grad_conjugate(z - step * c)`` for a ``g`` that is ``<c, x>`` on positive images."""
        if isinstance(g, LinearIfPositive):
            return self.grad_conjugate(z - per_image(step, z) * g.positive_slope(z))
        raise CapabilityError(
            f"the prior must be linear on positive images for {type(self).__name__}, such as Zero or L1Prior, got "
            f"{type(g).__name__}; choose another one or BregmanL2."
        )


class BurgEntropy(Entropy):
    r"""``phi(x) = -sum_i log x_i``, for positive images: the geometry of Poisson likelihoods.

    ``L phi - f`` is convex for ``f = sum_i (z_i - y_i log z_i) / gain``, ``z = A x`` (plus a background) with an ``A``
    without negative entries, and ``L = sum_i y_i / gain``. That ``A`` is so is up to the caller.

    Source: Bauschke, Bolte, Teboulle 2017, lemma 7.
    """

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return -x.log().flatten(1).sum(1)

    def grad(self, x: Tensor) -> Tensor:
        """``-1 / x``."""
        return -1 / x

    def grad_conjugate(self, z: Tensor) -> Tensor:
        """``-1 / z``, for a negative ``z``."""
        return -1 / z

    def relative_lipschitz(self, f: object, x: Tensor) -> Tensor:
        """``sum_i y_i / gain`` of a Poisson likelihood."""
        if isinstance(f, Likelihood) and isinstance(f.physics, LinearPhysics):
            counts = f.physics.noise.counts
            if counts is not None:
                return (f.y / per_image(counts.gain, f.y)).flatten(1).sum(1)
        return super().relative_lipschitz(f, x)


class NegEntropy(Entropy):
    """``phi(x) = sum_i x_i log x_i - x_i``, for positive images; its divergence is that of Kullback and Leibler.

    Source: Beck & Teboulle 2003.
    """

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return (torch.xlogy(x, x) - x).flatten(1).sum(1)

    def grad(self, x: Tensor) -> Tensor:
        """``log x``."""
        return x.log()

    def grad_conjugate(self, z: Tensor) -> Tensor:
        """``exp z``."""
        return z.exp()
