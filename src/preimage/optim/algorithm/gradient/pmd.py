"""Proximal mirror descent."""

import dataclasses
from dataclasses import dataclass, field

from torch import Tensor
from typing_extensions import Self

from preimage._tree import add_scaled
from preimage.functional import Proximable, Smooth
from preimage.optim.algorithm.base import MemorylessAlgorithm, State, require_terms
from preimage.optim.bregman import BregmanL2, Potential
from preimage.optim.schedule import Schedule, resolve

__all__ = ["PMD"]


@dataclass(frozen=True)
class PMD(MemorylessAlgorithm):
    r"""Minimise ``f + g``: ``x_new = argmin_u t g(u) + t <grad f(x), u> + D(u, x)`` with the divergence of ``phi``.

    That is ``phi.prox(g, grad phi(x) - t grad f(x), t)``; it must have a closed form for the prior ``g``.

    Args:
        step_size: ``t`` > 0; by default ``1 / L`` with ``L phi - f`` convex, where such an ``L`` is known: a Poisson
            likelihood with :class:`BurgEntropy`, a Lipschitz gradient with :class:`BregmanL2`.
        potential: ``phi``. An entropy keeps the image positive; the default is proximal gradient descent.

    Source: Bauschke, Bolte, Teboulle 2017 (NoLips).
    """

    step_size: float | Tensor | Schedule | None = None
    potential: Potential = field(default_factory=BregmanL2)

    def prepare(self, f: Smooth, g: Proximable, x: Tensor) -> Self:
        """Take the step size from the smoothness relative to the potential unless it is given."""
        require_terms(self, (f, Smooth), (g, Proximable))
        if self.step_size is not None:
            return self
        constant = self.potential.relative_lipschitz(f, x)
        return dataclasses.replace(self, step_size=1 / constant.where(constant > 0, 1))

    def init(self, x: Tensor) -> State:
        """Start from ``x``, moved to where the potential has a gradient."""
        return State(self.potential.into_domain(x))

    def step(self, f: Smooth, g: Proximable, state: State) -> State:
        """A gradient step on the mirror image of ``x``, the proximal step on the way back."""
        t = resolve(self.step_size, state.k)
        z = add_scaled(self.potential.grad(state.x), t, f.grad(state.x), -1)
        return State(self.potential.prox(g, z, t), state.k + 1)
