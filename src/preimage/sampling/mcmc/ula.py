"""The unadjusted Langevin algorithm."""

from dataclasses import dataclass

from torch import Tensor

from preimage._shapes import per_image
from preimage.functional import Smooth
from preimage.sampling.chains import Chains
from preimage.sampling.mcmc.base import noise_of
from preimage.sampling.mcmc.langevin import LangevinKernel
from preimage.sampling.sampler.base import SamplerState

__all__ = ["ULA"]


@dataclass(frozen=True)
class ULA(LangevinKernel):
    """``x <- x - t grad (f + g)(x) + sqrt(2 t) n`` with new noise ``n``.

    The law of the chain is that wanted as ``t`` goes to zero: on a Gaussian of variance ``v`` it has the variance
    ``v / (1 - t / (2 v))`` and a correlation ``1 - t / v`` from step to step. With a denoiser as
    the prior, :class:`preimage.optim.ScorePrior`, this is PnP-ULA.

    Args:
        step_size: ``t`` > 0; by default ``1 / (2 L)`` with ``L`` the sum of the Lipschitz constants of the gradients.
        positive: whether steps that leave ``x >= 0`` are reflected at zero.

    Raises:
        ArgumentError: ``step_size`` is not above zero.

    Source: Roberts, Tweedie, Bernoulli 2, 1996; PnP-ULA: Laumont et al., SIAM J. Imaging Sciences 15, 2022; reflection:
    Melidonis et al., SIAM J. Imaging Sciences 16, 2023.
    """

    positive: bool = False

    def stable_step(self, x: Tensor) -> float:
        """Half of ``1 / L``."""
        return 0.5

    def step(self, f: Smooth, g: Smooth, state: SamplerState, chains: Chains) -> SamplerState:
        """One gradient of each."""
        assert self.step_size is not None
        t = per_image(self.step_size, state.x)
        x = state.x - t * (f.grad(state.x) + g.grad(state.x)) + noise_of(chains, state.x, self.step_size)
        return SamplerState(x.abs() if self.positive else x, state.k + 1)
