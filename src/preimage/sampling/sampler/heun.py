"""The trapezoidal rule for the probability flow."""

from dataclasses import dataclass

from torch import Tensor

from preimage.errors import ArgumentError
from preimage.sampling.chains import Chains
from preimage.sampling.sampler.base import MeanEstimate, Sampler, SamplerState
from preimage.sampling.sampler.flow import flow_slope

__all__ = ["Heun"]

_LARGEST = 2**0.5 - 1  # noise may at most double its variance


@dataclass(frozen=True)
class Heun(Sampler):
    """``x <- x + (t - sigma) (k1 + k2) / 2`` with the slopes ``k`` of the flow at both levels: second order.

    Two evaluations of the denoiser a step, one for the last, to zero. With ``churn`` > 0 each step first adds noise, up
    to the level ``(1 + churn) sigma``, and goes back from there: the stochastic sampler of EDM, whose errors do not add
    up but which needs more steps.

    Args:
        churn: relative rise of the level before each step, in [0, 0.414]; the publication's ``S_churn / N``.
        lowest, highest: the levels between which noise is added.

    Raises:
        ArgumentError: ``churn`` is out of its range.

    Source: Karras, Aittala, Aila, Laine, NeurIPS 2022, algorithms 1 and 2.
    """

    churn: float = 0.0
    lowest: float = 0.0
    highest: float = float("inf")

    def __post_init__(self) -> None:
        if not 0 <= self.churn <= _LARGEST + 1e-9:
            raise ArgumentError(f"`churn` must be in [0, 0.414], got {self.churn}; 0 adds no noise.")

    def step(
        self, denoiser: MeanEstimate, state: SamplerState, sigma: Tensor, to: Tensor, chains: Chains
    ) -> SamplerState:
        """Two evaluations of the denoiser, or one if ``to`` is zero."""
        x = state.x
        if self.churn > 0 and self.lowest <= float(sigma) <= self.highest:
            raised = (1 + self.churn) * sigma
            x = x + (raised.square() - sigma.square()).sqrt() * chains.normal(x)
            sigma = raised
        first = flow_slope(denoiser, x, sigma)
        ahead = x + (to - sigma) * first
        if float(to) == 0:
            return SamplerState(ahead, state.k + 1)
        second = flow_slope(denoiser, ahead, to)
        return SamplerState(x + 0.5 * (to - sigma) * (first + second), state.k + 1)
