"""Gradient descent."""

from dataclasses import dataclass

from torch import Tensor
from typing_extensions import Self

from preimage._tree import add_scaled
from preimage.functional import Smooth, Zero
from preimage.optim.algorithm.base import GradientAlgorithm, MemorylessAlgorithm, State, require_terms, with_step_size
from preimage.optim.schedule import Schedule, resolve

__all__ = ["GD"]


@dataclass(frozen=True)
class GD(GradientAlgorithm, MemorylessAlgorithm):
    r"""Minimise ``f + g``, both smooth, by ``x <- x - t (grad f(x) + grad g(x))``.

    Args:
        step_size: ``t`` > 0; by default ``1 / L`` with ``L`` the sum of the two Lipschitz constants.

    Source: Cauchy 1847; Nesterov 2004, section 2.1.5.
    """

    step_size: float | Tensor | Schedule | None = None

    def prepare(self, f: Smooth, g: Smooth, x: Tensor) -> Self:
        """Take the step size from the Lipschitz constants unless it is given."""
        require_terms(self, (f, Smooth), (g, Smooth))
        return with_step_size(self, x, f, g)

    def step(self, f: Smooth, g: Smooth, state: State) -> State:
        """One step against the sum of both gradients."""
        t, gradient = resolve(self.step_size, state.k), f.grad(state.x) + g.grad(state.x)
        return State(add_scaled(state.x, t, gradient, -1), state.k + 1)

    def split(self, f: Smooth, g: Smooth) -> tuple[tuple[Smooth, ...], Zero]:
        """Both terms are smooth."""
        return (f, g), Zero()
