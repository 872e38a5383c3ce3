"""Langevin sampling for priors with a prox."""

import dataclasses
from dataclasses import dataclass

from torch import Tensor
from typing_extensions import Self

from preimage._ranges import check_level
from preimage._shapes import per_image
from preimage.errors import CapabilityError
from preimage.functional import Proximable, Smooth
from preimage.sampling.chains import Chains
from preimage.sampling.mcmc.base import MarkovKernel, noise_of, require_smooth, total_curvature
from preimage.sampling.sampler.base import SamplerState

__all__ = ["MYULA"]


@dataclass(frozen=True)
class MYULA(MarkovKernel):
    """``x <- x - t (grad f(x) + (x - prox_(s g)(x)) / s) + sqrt(2 t) n``: ULA on the Moreau envelope of the prior.

    Args:
        smoothing: ``s`` > 0: the smaller, the nearer to ``g``; by default ``1 / L`` of the data term. The envelope
            curves at most by ``1 / s``, so that by default a strong prior takes less of the noise than it should.
        step_size: ``t`` > 0; by default ``1 / (2 (L + 1 / s))``.

    Raises:
        ArgumentError: a number is not above zero.

    Source: Durmus, Moulines, Pereyra, "Efficient Bayesian computation by proximal Markov chain Monte Carlo", SIAM J.
    Imaging Sciences 11, 2018.
    """

    smoothing: float | Tensor | None = None
    step_size: float | Tensor | None = None

    def __post_init__(self) -> None:
        for name, value in (("smoothing", self.smoothing), ("step_size", self.step_size)):
            if value is not None:
                check_level(name, value, "leave it out to have it chosen")

    def prepare(self, f: Smooth, g: Proximable, x: Tensor) -> Self:
        """Take what is open from the Lipschitz constant of the data term."""
        require_smooth(self, f, "fidelity")
        if not isinstance(g, Proximable):
            raise CapabilityError(
                f"the prior must be Proximable for MYULA, got {type(g).__name__}; take ULA for a smooth one."
            )
        smoothing, step_size = self.smoothing, self.step_size
        if smoothing is None:
            smoothing = 1 / total_curvature(self, x, f)
        if step_size is None:
            step_size = 0.5 / (total_curvature(self, x, f) + 1 / smoothing)
        return dataclasses.replace(self, smoothing=smoothing, step_size=step_size)

    def step(self, f: Smooth, g: Proximable, state: SamplerState, chains: Chains) -> SamplerState:
        """One gradient and one prox."""
        assert self.step_size is not None
        assert self.smoothing is not None
        x = state.x
        pull = (x - g.prox(x, self.smoothing)) / per_image(self.smoothing, x)
        x = x - per_image(self.step_size, x) * (f.grad(x) + pull) + noise_of(chains, x, self.step_size)
        return SamplerState(x, state.k + 1)
