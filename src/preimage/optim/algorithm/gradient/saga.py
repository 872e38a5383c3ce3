"""Stochastic proximal gradient descent with a table of gradients."""

import dataclasses
from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._shapes import per_image
from preimage.functional import Proximable, Smooth
from preimage.optim.algorithm.base import require_terms, step_from_lipschitz
from preimage.optim.algorithm.subsets import DrawsTerms, draw_term, require_sum
from preimage.optim.schedule import Schedule, resolve

__all__ = ["SAGA"]


@dataclass(frozen=True)
class SAGA(DrawsTerms):
    r"""Minimise ``f_1 + ... + f_n + g`` by the gradient of one term a step, drawn at random, and the prox of ``g``.

    ``d = grad f_j(x) - a_j``, ``x <- prox_{t g}(x - t (n d + sum_i a_i))``, ``a_j <- a_j + d``, where ``a_i`` is the
    gradient of term ``i`` when it was last drawn. The first step computes all of them. It keeps ``n + 1`` images.

    Args:
        step_size: ``t`` > 0; by default ``1 / (3 n max_i L_i)`` with the Lipschitz constants ``L_i`` of the gradients.
        seed: the seed of the order of the terms, which is the same for all samples and in every run.

    Source: Defazio, Bach, Lacoste-Julien 2014, section 2; their objective is ours over n.
    """

    step_size: float | Tensor | Schedule | None = None
    seed: int = 0

    @dataclass(frozen=True)
    class State:
        """The estimate, the table ``a`` and its sum (none before the first step) and the step counter."""

        x: Tensor
        table: tuple[Tensor, ...] | None = None
        total: Tensor | None = None
        k: int = 0

    def prepare(self, f: Smooth, g: Proximable, x: Tensor) -> Self:
        """Take the step size from the Lipschitz constants of the terms unless it is given."""
        require_sum(f, self)
        require_terms(self, (f, Smooth), (g, Proximable))
        if self.step_size is not None:
            return self
        steps = [step_from_lipschitz(x, self, term) for term in f.terms()]
        shortest = torch.stack(torch.broadcast_tensors(*steps)).amin(0)
        return dataclasses.replace(self, step_size=shortest / (3 * len(steps)))

    def init(self, x: Tensor) -> State:
        """Start from ``x`` and an empty table."""
        return self.State(x)

    def step(self, f: Smooth, g: Proximable, state: State) -> State:
        """One step with one term."""
        x, k, terms, t = state.x, state.k, f.terms(), resolve(self.step_size, state.k)
        if state.table is None or state.total is None:
            table = tuple(term.grad(x) for term in terms)
            total = torch.stack(table).sum(0)
            return self.State(g.prox(x - per_image(t, x) * total, t), table, total, k + 1)
        j = draw_term(self.seed, k, len(terms))
        change = terms[j].grad(x) - state.table[j]
        table = (*state.table[:j], state.table[j] + change, *state.table[j + 1 :])
        direction = torch.add(state.total, change, alpha=len(terms))
        return self.State(g.prox(x - per_image(t, x) * direction, t), table, state.total + change, k + 1)
