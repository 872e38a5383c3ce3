"""Mirror descent."""

import dataclasses
from dataclasses import dataclass, field

from torch import Tensor
from typing_extensions import Self

from preimage._shapes import per_image
from preimage.functional import Smooth
from preimage.optim.algorithm.base import MemorylessAlgorithm, State, require_terms
from preimage.optim.bregman import BregmanL2, Potential
from preimage.optim.schedule import Schedule, resolve

__all__ = ["MD"]


@dataclass(frozen=True)
class MD(MemorylessAlgorithm):
    r"""Minimise ``f + g``, both smooth: ``x <- grad phi*(grad phi(x) - t (grad f(x) + grad g(x)))``.

    Args:
        step_size: ``t`` > 0; by default ``1 / L`` with ``L phi - f - g`` convex, where such an ``L`` is known.
        potential: ``phi``. An entropy keeps the image positive; the default is gradient descent.

    Source: Nemirovski & Yudin 1983; Beck & Teboulle 2003; the step: Bauschke, Bolte, Teboulle 2017.
    """

    step_size: float | Tensor | Schedule | None = None
    potential: Potential = field(default_factory=BregmanL2)

    def prepare(self, f: Smooth, g: Smooth, x: Tensor) -> Self:
        """Take the step size from the smoothness relative to the potential unless it is given."""
        require_terms(self, (f, Smooth), (g, Smooth))
        if self.step_size is not None:
            return self
        total = self.potential.relative_lipschitz(f, x) + self.potential.relative_lipschitz(g, x)
        return dataclasses.replace(self, step_size=1 / total.where(total > 0, 1))

    def init(self, x: Tensor) -> State:
        """Start from ``x``, moved to where the potential has a gradient."""
        return State(self.potential.into_domain(x))

    def step(self, f: Smooth, g: Smooth, state: State) -> State:
        """One descent step on the mirror image of ``x``."""
        t = per_image(resolve(self.step_size, state.k), state.x)
        z = self.potential.grad(state.x) - t * (f.grad(state.x) + g.grad(state.x))
        return State(self.potential.grad_conjugate(z), state.k + 1)
