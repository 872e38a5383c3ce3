"""Capabilities of functionals: a value, a gradient and its Lipschitz constant, a prox, a conjugate, a linear map."""

from typing import Any

import torch
from torch import Tensor

from preimage._module import Module
from preimage._recording import slope
from preimage._shapes import per_image
from preimage._tree import add_scaled, scale, subtract, tree_map

__all__ = [
    "AutodiffSmooth",
    "ClosedProx",
    "Conjugable",
    "DiagonalQuadratic",
    "LinearIfPositive",
    "LinearlyComposed",
    "PeriodicallyComposed",
    "Periodizable",
    "Proximable",
    "Separable",
    "Smooth",
    "Valued",
    "Zero",
    "indicator_of_ball",
]


class Valued(Module):
    """A functional with a value: ``f(x)`` is (B,).

    Not every functional that an algorithm minimises has one: a plug-and-play denoiser has a prox alone.
    """

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        raise NotImplementedError


class Smooth(Valued):
    """A functional with a value and a gradient: ``f(x)`` is (B,), ``f.grad(x)`` is like ``x``.

    For complex ``x`` the gradient is the direction of steepest ascent, ``f(x + d) = f(x) + Re <grad, d> + o(d)``.
    """

    def grad(self, x: Tensor) -> Tensor:
        """The gradient, by automatic differentiation unless a subclass knows better."""
        return slope(self, x)[1]

    def value_and_grad(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """``f(x)`` and ``f.grad(x)``; subclasses share what they can."""
        return self(x), self.grad(x)

    def lipschitz(self, x: Tensor) -> Tensor | None:
        """A constant ``L`` with ``||grad(u) - grad(v)|| <= L ||u - v||`` for images like ``x``: (B,) or (1,).

        Step sizes follow from it. ``None`` where none is known.
        """
        return None

    def terms(self) -> "tuple[Smooth, ...]":
        """``f_1, ..., f_n`` of a sum ``f_1 + ... + f_n``, for ordered subsets; this functional alone if it is none."""
        return (self,)


class AutodiffSmooth(Smooth):
    """A :class:`Smooth` functional whose gradient is that of automatic differentiation, from one evaluation."""

    def value_and_grad(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """``f(x)`` and ``f.grad(x)``; where no gradients are recorded, ``f`` is evaluated but once."""
        return super().value_and_grad(x) if torch.is_grad_enabled() else slope(self, x)


class Proximable(Module):
    """A functional with a proximal map ``prox(x, step) = argmin_u step * g(u) + 1/2 ||u - x||^2``, sample by sample.

    It need not have a value: a plug-and-play denoiser has none. One that has is :class:`Valued`, too.
    """

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """The proximal point of ``x``; ``step`` > 0 is a float or (B,)."""
        raise NotImplementedError


class ClosedProx(Proximable):
    """A :class:`Proximable` functional whose prox is a formula, about as cheap as a gradient: nothing is iterated."""


class DiagonalQuadratic(ClosedProx):
    """A quadratic functional that is diagonal in a unitary basis ``V``, so that others in that basis can be added."""

    def solve_quadratic(self, b: Tensor, curvature: Tensor) -> Tensor:
        """``argmin_x f(x) + 1/2 <x, V diag(curvature) V^H x> - Re <b, x>`` for a real ``curvature`` >= 0."""
        raise NotImplementedError


class Separable(Proximable):
    """A :class:`Proximable` functional that is a sum over pixels, so that every pixel can have a step of its own.

    The step of ``prox`` may also be of the rank of the image and broadcast over it, > 0.
    """


class Conjugable(Module):
    """A functional whose convex conjugate ``g*(z) = sup_x Re <z, x> - g(x)`` is known: duality gaps need it."""

    def conjugate(self, z: Tensor) -> Tensor:
        """``g*(z)`` of each sample, (B,); infinite outside its domain."""
        raise NotImplementedError

    def into_domain(self, z: Tensor) -> Tensor:
        """The largest ``s`` in [0, 1] for which ``g*(s z)`` is finite, (B,)."""
        return z.real.new_ones(z.shape[0])


class LinearIfPositive(Valued):
    """A functional that is linear on images without negative pixels: ``g(x) = <c, x>`` there, as ``||x||_1`` is."""

    def positive_slope(self, x: Tensor) -> Tensor:
        """``c`` for images like ``x``, >= 0, broadcastable to them."""
        raise NotImplementedError


class LinearlyComposed(Module):
    """A functional ``f(x) = h(K x)`` with a linear ``K`` and a proximable ``h``, which primal-dual methods take apart.

    ``K x`` is a tensor or a tuple of tensors. A functional with a value ``f(x)`` is :class:`Valued`, too.
    """

    def linear(self, x: Tensor) -> Any:
        """``K x``."""
        raise NotImplementedError

    def linear_adjoint(self, z: Any) -> Tensor:
        """``K^H z``."""
        raise NotImplementedError

    def linear_norm(self, x: Tensor) -> Tensor:
        """The spectral norm of ``K`` on images like ``x``: (B,), or (1,) for all."""
        raise NotImplementedError

    def outer_prox(self, z: Any, step: float | Tensor) -> Any:
        """``argmin_u step * h(u) + 1/2 ||u - z||^2``; ``step`` > 0 is a float or (B,)."""
        raise NotImplementedError

    def outer_conjugate(self, z: Any) -> Tensor:
        """``h*(z) = sup_u Re <z, u> - h(u)`` of each sample, (B,); infinite outside its domain."""
        raise NotImplementedError

    def dual_ascent(self, u: Any, x: Tensor, step: Tensor) -> Any:
        """``prox_{s h*}(u + s K x)``, which is ``s (v - prox_{h / s}(v))`` with ``v = u / s + K x``.

        Args:
            u: like ``K x``; ``None`` is zero.
            step: ``s`` > 0, (B,) or (1,).

        Source: Moreau 1965.
        """
        v = self.linear(x) if u is None else add_scaled(self.linear(x), 1 / step, u)
        moved = subtract(v, self.outer_prox(v, 1 / step))  # which nothing else holds
        return scale(step, moved) if torch.is_grad_enabled() else tree_map(lambda a: a.mul_(per_image(step, a)), moved)

    def primal_descent(self, x: Tensor, u: Any, step: Tensor) -> Tensor:
        """``x - t K^H u`` with ``t`` (B,) or (1,)."""
        return add_scaled(x, -step, self.linear_adjoint(u))


def indicator_of_ball(size: Tensor, radius: float | Tensor) -> Tensor:
    """Zero for each sample whose ``size`` (B, ...) is nowhere above ``radius``, else infinite: (B,).

    What rounding adds to a dual variable, 200 machine epsilons of the radius, is forgiven.
    """
    slack = 1 + 200 * torch.finfo(size.dtype).eps
    return torch.where((size <= slack * radius).flatten(1).all(1), 0.0, torch.inf).to(size.dtype)


class PeriodicallyComposed(LinearlyComposed):
    """A :class:`LinearlyComposed` whose ``K^H K`` is a periodic convolution."""

    def linear_power(self, x: Tensor) -> Tensor:
        """The eigenvalues of ``K^H K`` on images like ``x``, broadcastable to their spectrum.

        Zero frequency first, and only the half spectrum of the last dimension where ``x`` is real.
        """
        raise NotImplementedError


class Periodizable(LinearlyComposed):
    """A :class:`LinearlyComposed` that is also ``h'(K' x)`` with a ``K'^H K'`` that is a periodic convolution.

    Differences across the border, which ``h'`` does not look at, make a difference operator periodic.
    """

    def periodic(self) -> PeriodicallyComposed:
        """``h' o K'``: the same functional of the image."""
        raise NotImplementedError


class Zero(Smooth, Separable, Conjugable, LinearIfPositive):
    """``0``: no prior, or no data term."""

    def forward(self, x: Tensor) -> Tensor:
        """Zero for each sample, (B,)."""
        return x.real.new_zeros(x.shape[0])

    def grad(self, x: Tensor) -> Tensor:
        """``0``."""
        return torch.zeros_like(x)

    def lipschitz(self, x: Tensor) -> Tensor:
        """``0``."""
        return x.real.new_zeros(1)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``x``."""
        return x

    def conjugate(self, z: Tensor) -> Tensor:
        """Zero where ``z`` is, else infinite."""
        return torch.where(z.abs().flatten(1).amax(1) == 0, 0.0, torch.inf).to(z.real.dtype)

    def into_domain(self, z: Tensor) -> Tensor:
        """One where ``z`` is zero, else zero."""
        return (z.abs().flatten(1).amax(1) == 0).to(z.real.dtype)

    def positive_slope(self, x: Tensor) -> Tensor:
        """Zero, for images like ``x``."""
        return x.real.new_zeros((1,) * x.ndim)
