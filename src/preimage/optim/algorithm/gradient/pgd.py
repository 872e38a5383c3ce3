"""Proximal gradient descent."""

import dataclasses
from dataclasses import dataclass

from torch import Tensor
from typing_extensions import Self

from preimage._shapes import per_image
from preimage.functional import Proximable, Smooth
from preimage.optim.algorithm.base import GradientAlgorithm, MemorylessAlgorithm, require, step_from_lipschitz
from preimage.optim.schedule import Schedule, resolve

__all__ = ["PGD"]


@dataclass(frozen=True)
class PGD(GradientAlgorithm, MemorylessAlgorithm):
    r"""Minimise ``f + g``, ``f`` smooth and ``g`` proximable, by ``x <- prox_{t g}(x - t grad f(x))``.

    Args:
        step_size: ``t``; by default ``1 / L`` with ``L`` the Lipschitz constant of ``grad f``.

    Source: Combettes & Wajs 2005 (forward-backward splitting).
    """

    step_size: float | Tensor | Schedule | None = None

    @dataclass(frozen=True)
    class State:
        """The estimate and the step counter."""

        x: Tensor
        k: int = 0

    def prepare(self, f: Smooth, g: Proximable, x: Tensor) -> Self:
        """Take the step size from the Lipschitz constant of ``f`` unless it is given."""
        require(f, Smooth, "fidelity", self)
        require(g, Proximable, "prior", self)
        if self.step_size is not None:
            return self
        return dataclasses.replace(self, step_size=step_from_lipschitz(x, self, f))

    def init(self, x: Tensor) -> State:
        """Start from ``x``."""
        return self.State(x)

    def step(self, f: Smooth, g: Proximable, state: State) -> State:
        """A gradient step on ``f``, a proximal step on ``g``."""
        t = resolve(self.step_size, state.k)
        return self.State(g.prox(state.x - per_image(t, state.x) * f.grad(state.x), t), state.k + 1)
