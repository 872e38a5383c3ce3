"""Step sizes by backtracking."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._ranges import check_count, check_interval
from preimage._tree import dot, norm, scale
from preimage.functional import Smooth
from preimage.optim.acceleration._wrapper import Nested, Wrapper, require_algorithm
from preimage.optim.algorithm.base import GradientAlgorithm, MemorylessAlgorithm
from preimage.optim.algorithm.ranges import check_step
from preimage.optim.schedule import resolve

__all__ = ["Backtracking"]


@dataclass(frozen=True)
class Backtracking(Wrapper, MemorylessAlgorithm):
    r"""Find the step size ``t`` of a gradient algorithm, sample by sample: no Lipschitz constant is needed.

    A step from ``z`` to ``x`` is repeated with ``t`` times ``shrink`` until
    ``f(x) <= f(z) + Re <grad f(z), x - z> + ||x - z||^2 / (2 t)``. Where rounding hides that difference of values, half
    of ``Re <grad f(x) - grad f(z), x - z>`` takes the place of ``f(x) - f(z) - Re <grad f(z), x - z>``, which it equals
    for a quadratic ``f``. Each trial costs a value of ``f`` and a prox; the gradient at ``z`` is taken once.

    Args:
        algorithm: a :class:`GradientAlgorithm`: :class:`GD`, :class:`PGD` or :class:`FISTA`.
        shrink: in (0, 1).
        grow: every search begins at ``grow`` times the last step size, >= 1; above one is meant for algorithms without
            momentum, whose rate does not rest on steps that never grow.
        first: step size of the first trial, > 0, a float or (B,); by default that of ``algorithm``, and where it has
            none, one over the curvature of ``f`` along its gradient at the start, which is at least ``1 / L``.
        max_trials: the most trials of a step, >= 1; after the last, ``t`` is taken as it is.

    Source: Beck & Teboulle 2009, section 4 (FISTA with backtracking); the test by gradients after Becker, Candes, Grant
    2011 (TFOCS), section 5.3, which differs by a factor of two.
    """

    algorithm: GradientAlgorithm
    shrink: float = 0.5
    grow: float = 1.0
    first: float | Tensor | None = None
    max_trials: int = 40

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        require_algorithm(self.algorithm, GradientAlgorithm, self)
        check_interval("shrink", self.shrink, "(0, 1)", "one half is usual")
        check_interval("grow", self.grow, "[1, inf)", "one never grows")
        check_step("first", self.first)
        check_count("max_trials", self.max_trials, "40 is the default")

    @dataclass(frozen=True)
    class State(Nested):
        """The inner state and the last step size of each sample, (B,)."""

        t: Tensor

    def prepare(self, f: Any, g: Any, x: Tensor) -> Self:
        """Choose the first step size."""
        given = self.algorithm.step_size if self.first is None else self.first
        # Any step size will do to prepare the inner algorithm: it gets another in every trial.
        algorithm = dataclasses.replace(self.algorithm, step_size=1.0).prepare(f, g, x)
        first = _inverse_curvature(algorithm.split(f, g)[0], x) if given is None else resolve(given, 0)
        return dataclasses.replace(self, algorithm=algorithm, first=first)

    def init(self, x: Tensor) -> State:
        """Start from ``x`` with the first step size."""
        first = torch.as_tensor(resolve(self.first, 0), dtype=x.real.dtype, device=x.device)
        return self.State(self.algorithm.init(x), first.reshape(-1).expand(x.shape[0]))

    def step(self, f: Any, g: Any, state: State) -> State:
        """Trials until every sample has descended enough."""
        terms, rest = self.algorithm.split(f, g)
        z = self.algorithm.point(state.inner)
        value, gradient = _value(terms, z), _gradient(terms, z)
        model, t = _Gradient(gradient), self.grow * state.t
        for trial in range(self.max_trials):
            inner = dataclasses.replace(self.algorithm, step_size=t).step(model, rest, state.inner)
            if trial == self.max_trials - 1:
                break
            with torch.no_grad():
                enough = _gap(terms, z, value, gradient, inner.x) <= dot(inner.x - z, inner.x - z) / (2 * t)
            if bool(enough.all()):
                break
            t = torch.where(enough, t, self.shrink * t)
        return self.State(inner, t)  # pyright: ignore[reportPossiblyUnboundVariable]

    def step_size_at(self, state: State) -> Tensor:
        """The step size that was found."""
        return state.t

    def point(self, state: State) -> Tensor:
        """That of the inner algorithm."""
        return self.algorithm.point(state.inner)

    def moved(self, state: State, x: Tensor) -> State:
        """The inner state moved, where the inner algorithm allows."""
        algorithm = require_algorithm(self.algorithm, MemorylessAlgorithm, self)
        return dataclasses.replace(state, inner=algorithm.moved(state.inner, x))


class _Gradient(Smooth):
    """A functional of which only the gradient at one point is known."""

    def __init__(self, gradient: Tensor) -> None:
        super().__init__()
        self.gradient = gradient

    def grad(self, x: Tensor) -> Tensor:
        return self.gradient


def _value(terms: tuple[Smooth, ...], x: Tensor) -> Tensor:
    return torch.stack([term(x) for term in terms]).sum(0)


def _gradient(terms: tuple[Smooth, ...], x: Tensor) -> Tensor:
    return torch.stack([term.grad(x) for term in terms]).sum(0)


def _gap(terms: tuple[Smooth, ...], z: Tensor, value: Tensor, gradient: Tensor, x: Tensor) -> Tensor:
    """``f(x) - f(z) - Re <grad f(z), x - z>`` of each sample, less what rounding may have added; NaN is no descent."""
    eps = torch.finfo(value.dtype).eps
    after = _value(terms, x)
    gap = after - value - dot(gradient, x - z)
    hidden = (gap.abs() <= 100 * eps * torch.maximum(value.abs(), after.abs())) & after.isfinite()
    if not bool(hidden.any()):
        return gap
    by_gradients = dot(_gradient(terms, x) - gradient, x - z) / 2 - eps * norm(gradient) * norm(x - z)
    return torch.where(hidden, by_gradients, gap)


def _inverse_curvature(terms: tuple[Smooth, ...], x: Tensor) -> Tensor:
    """``||d|| / ||grad f(x - d) - grad f(x)||`` for a short ``d`` along the gradient, (B,); one where both are zero."""
    gradient = _gradient(terms, x)
    start, size = _length(x), _length(gradient)
    length = torch.finfo(x.real.dtype).eps ** (1 / 3) * start.where(start > 0, 1)
    d = scale(length / size.where(size > 0, 1), gradient)
    change = _length(_gradient(terms, x - d) - gradient)
    t = length / change.where(change > 0, 1)
    return torch.where((size > 0) & (change > 0) & t.isfinite(), t, 1)


def _length(x: Tensor) -> Tensor:
    """The norm of each sample, (B,); its derivative is zero where it is."""
    return torch.linalg.vector_norm(x.flatten(1), dim=1)
