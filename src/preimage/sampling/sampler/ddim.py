"""From level to level through the denoised image, with a chosen share of fresh noise."""

from dataclasses import dataclass

from torch import Tensor

from preimage.errors import ArgumentError
from preimage.sampling.chains import Chains
from preimage.sampling.sampler.base import MeanEstimate, Sampler, SamplerState

__all__ = ["DDIM"]


@dataclass(frozen=True)
class DDIM(Sampler):
    """``x <- d + sqrt(t^2 - s^2) (x - d) / sigma + s n`` with ``d = D(x, sigma)``, next level ``t``, new noise ``n``.

    ``s^2 = eta^2 t^2 (1 - t^2 / sigma^2)``. With ``eta`` = 0 nothing is drawn: the Euler method for the
    probability-flow equation ``dx / dsigma = (x - D(x, sigma)) / sigma``. With ``eta`` = 1 it is the ancestral sampler
    of DDPM: it draws from the law of the image at level ``t`` given that at level ``sigma``, as if ``x0`` were ``d``.

    Args:
        eta: in [0, 1].

    Raises:
        ArgumentError: ``eta`` is out of its range.

    Source: Song, Meng, Ermon, ICLR 2021, equations 12 and 16, divided by the scale of the image.
    """

    eta: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.eta <= 1:
            raise ArgumentError(f"`eta` must be in [0, 1], got {self.eta}; 0 draws nothing, 1 is DDPM.")

    def step(
        self, denoiser: MeanEstimate, state: SamplerState, sigma: Tensor, to: Tensor, chains: Chains
    ) -> SamplerState:
        """One evaluation of the denoiser."""
        denoised = denoiser(state.x, sigma)
        fresh = self.eta * to * (1 - (to / sigma).square()).clamp_min(0).sqrt()
        x = denoised + (to.square() - fresh.square()).clamp_min(0).sqrt() / sigma * (state.x - denoised)
        if self.eta > 0 and bool(to > 0):
            x = x + fresh * chains.normal(x)
        return SamplerState(x, state.k + 1)
