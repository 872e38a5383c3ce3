"""Capabilities of functionals: a gradient, a prox."""

import torch
from torch import Tensor

from preimage._module import Module

__all__ = ["Proximable", "Smooth"]


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


class Proximable(Module):
    """A functional with a proximal map ``prox(x, step) = argmin_u step * g(u) + 1/2 ||u - x||^2``, sample by sample.

    It need not have a value: a plug-and-play denoiser has none.
    """

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """The proximal point of ``x``; ``step`` > 0 is a float or (B,)."""
        raise NotImplementedError
