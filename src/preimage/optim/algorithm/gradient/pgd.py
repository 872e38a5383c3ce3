"""Proximal gradient descent."""

from dataclasses import dataclass

from torch import Tensor
from typing_extensions import Self

from preimage._shapes import per_image
from preimage.functional import Proximable, Smooth
from preimage.optim.algorithm.base import GradientAlgorithm, MemorylessAlgorithm, State, require_terms, with_step_size
from preimage.optim.schedule import Schedule, resolve

__all__ = ["PGD"]


@dataclass(frozen=True)
class PGD(GradientAlgorithm, MemorylessAlgorithm):
    r"""Minimise ``f + g``, ``f`` smooth and ``g`` proximable, by ``x <- prox_{t g}(x - t grad f(x))``.

    Args:
        step_size: ``t`` > 0; by default ``1 / L`` with ``L`` the Lipschitz constant of ``grad f``.

    Source: Combettes & Wajs 2005 (forward-backward splitting).
    """

    step_size: float | Tensor | Schedule | None = None

    def prepare(self, f: Smooth, g: Proximable, x: Tensor) -> Self:
        """Take the step size from the Lipschitz constant of ``f`` unless it is given."""
        require_terms(self, (f, Smooth), (g, Proximable))
        return with_step_size(self, x, f)

    def step(self, f: Smooth, g: Proximable, state: State) -> State:
        """A gradient step on ``f``, a proximal step on ``g``."""
        t = resolve(self.step_size, state.k)
        return State(g.prox(state.x - per_image(t, state.x) * f.grad(state.x), t), state.k + 1)
