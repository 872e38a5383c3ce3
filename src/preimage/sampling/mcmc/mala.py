"""The Metropolis-adjusted Langevin algorithm."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.functional import Smooth
from preimage.sampling.chains import Chains
from preimage.sampling.mcmc.base import noise_of
from preimage.sampling.mcmc.langevin import LangevinKernel

__all__ = ["MALA", "MALAState"]


@dataclass(frozen=True)
class MALAState:
    """The state of :class:`MALA`.

    Attributes:
        x: the images, (B, ...).
        value: ``(f + g)(x)``, (B,).
        gradient: the gradient of ``f + g`` there.
        accepted: how many proposals were taken so far, (B,).
        k: how many steps were done.
    """

    x: Tensor
    value: Tensor
    gradient: Tensor
    accepted: Tensor
    k: int = 0


@dataclass(frozen=True)
class MALA(LangevinKernel):
    """A step of ULA as a proposal, taken or not so that the law of the chain is ``exp(-f - g)`` exactly.

    Steps have to be the shorter the more pixels there are, about ``n^(-1/3) / L``; some 57 % should be taken.

    Args:
        step_size: ``t`` > 0; by default ``1.2 n^(-1/3) / L`` for ``n`` real numbers and the sum ``L`` of the Lipschitz
            constants.

    Raises:
        ArgumentError: ``step_size`` is not above zero.

    Source: Roberts, Tweedie, Bernoulli 2, 1996; the scaling: Roberts, Rosenthal, J. Royal
    Statistical Society B 60, 1998.
    """

    def stable_step(self, x: Tensor) -> float:
        """``1.2 n^(-1/3)`` for ``n`` real numbers."""
        numbers = x[:1].numel() * (2 if x.is_complex() else 1)
        return 1.2 * numbers ** (-1 / 3)

    def init(self, f: Smooth, g: Smooth, x: Tensor) -> MALAState:
        """The state that starts from ``x``."""
        return MALAState(x, *_evaluate(f, g, x), torch.zeros(len(x), dtype=torch.int64, device=x.device))

    def step(self, f: Smooth, g: Smooth, state: MALAState, chains: Chains) -> MALAState:
        """One value and gradient of each."""
        assert self.step_size is not None
        t = per_image(self.step_size, state.x)
        x = state.x - t * state.gradient + noise_of(chains, state.x, self.step_size)
        value, gradient = _evaluate(f, g, x)
        there, back = _squared(x - state.x + t * state.gradient), _squared(state.x - x + t * gradient)
        log_ratio = state.value - value + (there - back) / (4 * t.flatten())
        taken = chains.uniform(state.value[:, None])[:, 0].log() < log_ratio
        here = per_image(taken, x).bool()
        return MALAState(
            torch.where(here, x, state.x),
            torch.where(taken, value, state.value),
            torch.where(here, gradient, state.gradient),
            state.accepted + taken,
            state.k + 1,
        )


def _evaluate(f: Smooth, g: Smooth, x: Tensor) -> tuple[Tensor, Tensor]:
    (a, b), (c, d) = f.value_and_grad(x), g.value_and_grad(x)
    return a + c, b + d


def _squared(x: Tensor) -> Tensor:
    return x.abs().square().flatten(1).sum(1)
