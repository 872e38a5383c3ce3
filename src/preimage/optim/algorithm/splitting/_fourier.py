"""What splitting methods need of terms that are periodic convolutions."""

from typing import Any

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.errors import CapabilityError
from preimage.fidelity import LinearLikelihood, likelihood
from preimage.functional import DiagonalQuadratic, LinearlyComposed, PeriodicallyComposed, Periodizable, Proximable
from preimage.optim.algorithm.base import Algorithm
from preimage.optim.algorithm.step_sizes import curvature, powers
from preimage.optim.schedule import resolve
from preimage.physics.noise import GaussianNoise
from preimage.transform import Fourier

__all__ = ["inverse_curvature", "parts", "require_fourier", "solve", "spread"]


class Unchanged(PeriodicallyComposed):
    """A functional with a prox as ``h(K x)`` with ``K`` the identity."""

    def __init__(self, functional: Proximable) -> None:
        super().__init__()
        self.functional = functional

    def linear(self, x: Tensor) -> Tensor:
        return x

    def linear_adjoint(self, z: Tensor) -> Tensor:
        return z

    def linear_power(self, x: Tensor) -> Tensor:
        return x.real.new_ones(1)

    def outer_prox(self, z: Tensor, step: float | Tensor) -> Tensor:
        return self.functional.prox(z, step)


def require_fourier(f: object, algorithm: Algorithm) -> None:
    """Check that ``f`` is the likelihood of an operator that is diagonal in the Fourier basis."""
    form = f.physics.diagonal(f.y) if isinstance(f, LinearLikelihood) else None
    if form is None or not isinstance(form.right, Fourier):
        raise CapabilityError(
            f"the fidelity must be of a periodic convolution, or of Fourier samples, for {type(algorithm).__name__}, "
            f"got {type(f).__name__}; use CondatVu or PDHG."
        )


def parts(f: Any, g: Periodizable, algorithm: Any, k: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The ``h_i o K_i`` and their steps at step ``k``: prior, constraint if any, and ``f`` unless it is quadratic."""
    t = resolve(algorithm.step_size, k)
    terms, steps = (g.periodic(),), (t,)
    if algorithm.constraint is not None:
        terms, steps = (*terms, Unchanged(algorithm.constraint)), (t, t)
    if isinstance(f, DiagonalQuadratic):
        return terms, steps
    return (*terms, f), (*steps, resolve(algorithm.data_step_size, k))


def solve(f: LinearLikelihood, terms: tuple[Any, ...], steps: tuple[Any, ...], w: tuple[Any, ...], x: Tensor) -> Tensor:
    """``argmin_x f(x) + sum_i ||K_i x - w_i||^2 / (2 t_i)``; where ``f`` is one of the terms, it counts as that."""
    images, power, data = [], x.real.new_zeros(1), f
    for term, t, goal in zip(terms, steps, w, strict=True):
        if term is f:
            data = likelihood(f.physics.replace(noise=GaussianNoise(torch.as_tensor(t).sqrt())), goal)
        else:
            images.append(term.linear_adjoint(goal) / per_image(t, x.real))
            power = power + term.linear_power(x) / per_image(t, x.real)
    assert isinstance(data, DiagonalQuadratic)
    return data.solve_quadratic(sum(images[1:], images[0]), power)


def spread(g: LinearlyComposed, x: Tensor) -> Tensor:
    """The step with which the prox of ``g`` shortens by the standard deviation of ``x``, if it is a norm, (B,).

    ``g(x)`` over the sum of the moduli of ``K x`` is taken for its weight. Gradients flow to ``x`` and ``g``.
    """
    assert isinstance(g, torch.nn.Module)
    value, moduli, entries = g(x), g.linear(x).abs().flatten(1).sum(1), x.abs().flatten(1)
    centred = entries - entries.mean(1, keepdim=True)
    size = torch.linalg.vector_norm(centred, dim=1) / max(entries.shape[1] - 1, 1) ** 0.5
    found = (value > 0) & (moduli > 0) & (size > 0)
    return torch.where(found, size * moduli / value.where(found, 1), 1)


def inverse_curvature(f: LinearLikelihood, x: Tensor) -> Tensor:
    """One over the curvature that ``h`` has about the data where ``f = h(A x)``; one where it cannot be said."""
    slope = curvature(f, x)
    return powers([f], x)[0] / slope.where(slope > 0, 1)
