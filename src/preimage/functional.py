"""Capabilities of functionals: a gradient, how fast it varies, a prox, a linear map inside."""

from typing import Any

import torch
from torch import Tensor

from preimage._module import Module

__all__ = ["LinearlyComposed", "LipschitzSmooth", "Proximable", "Smooth", "Zero"]


class Smooth(Module):
    """A functional with a value and a gradient: ``f(x)`` is (B,), ``f.grad(x)`` is like ``x``.

    For complex ``x`` the gradient is the direction of steepest ascent, ``f(x + d) = f(x) + Re <grad, d> + o(d)``.
    """

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        raise NotImplementedError

    def grad(self, x: Tensor) -> Tensor:
        """The gradient, by automatic differentiation unless a subclass knows better."""
        with torch.enable_grad():
            point = x if x.requires_grad else x.detach().requires_grad_()
            (gradient,) = torch.autograd.grad(self(point).sum(), point, create_graph=x.requires_grad)
        return gradient


class LipschitzSmooth(Smooth):
    """A :class:`Smooth` functional whose gradient is Lipschitz with a known constant, so that step sizes follow."""

    def lipschitz(self, x: Tensor) -> Tensor:
        """A constant ``L`` with ``||grad(u) - grad(v)|| <= L ||u - v||`` for images like ``x``: (B,) or (1,)."""
        raise NotImplementedError


class Proximable(Module):
    """A functional with a proximal map ``prox(x, step) = argmin_u step * g(u) + 1/2 ||u - x||^2``, sample by sample.

    It need not have a value: a plug-and-play denoiser has none.
    """

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """The proximal point of ``x``; ``step`` > 0 is a float or (B,)."""
        raise NotImplementedError


class LinearlyComposed(Module):
    """A functional ``f(x) = h(K x)`` with a linear ``K`` and a proximable ``h``, which primal-dual methods take apart.

    ``K x`` is a tensor or a tuple of tensors.
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


class Zero(LipschitzSmooth, Proximable):
    """``0``: no prior, or no data term."""

    def forward(self, x: Tensor) -> Tensor:
        """Zeros (B,)."""
        return x.real.new_zeros(x.shape[0])

    def grad(self, x: Tensor) -> Tensor:
        """Zero."""
        return torch.zeros_like(x)

    def lipschitz(self, x: Tensor) -> Tensor:
        """Zero."""
        return x.real.new_zeros(1)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``x``."""
        return x
