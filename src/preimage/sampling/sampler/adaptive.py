"""The probability flow to a given accuracy."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import per_image
from preimage.sampling.chains import Chains
from preimage.sampling.sampler.base import MeanEstimate, Sampler, SamplerState
from preimage.sampling.sampler.flow import flow_slope

__all__ = ["AdaptiveFlow"]

_SAFETY, _LEAST, _MOST = 0.9, 0.2, 5.0


@dataclass(frozen=True)
class AdaptiveFlow(Sampler):
    """The probability-flow equation from level to level by a pair of Runge-Kutta formulas, of orders 2 and 3.

    Each image has its own steps, as long as its error allows: their number follows from ``tol``, not from the number of
    levels. The last step, to zero, is the denoised image.

    Args:
        tol: allowed root-mean-square error of a step, relative to the root-mean-square image plus the level, > 0.
        max_steps: the most steps, tried or taken, between two levels; what is left is then one step.

    Raises:
        ArgumentError: ``tol`` is not above zero.

    Source: Bogacki, Shampine, "A 3(2) pair of Runge-Kutta formulas", Applied Mathematics Letters 2, 1989.
    """

    tol: float = 1e-3
    max_steps: int = 1000

    def __post_init__(self) -> None:
        check_level("tol", self.tol, "1e-3 is enough for images")

    def step(
        self, denoiser: MeanEstimate, state: SamplerState, sigma: Tensor, to: Tensor, chains: Chains
    ) -> SamplerState:
        """As many evaluations of the denoiser as the accuracy needs; nothing is drawn."""
        if float(to) == 0:
            return SamplerState(denoiser(state.x, sigma), state.k + 1)
        x, at = state.x, sigma.expand(len(state.x))
        width = 0.2 * at
        for _ in range(self.max_steps):
            left = at - to
            if not bool((left > 0).any()):
                break
            h = torch.minimum(width, left)
            x, at, width = self._try(denoiser, x, at, h)
            at = torch.where(at - to < 1e-6 * to, to, at)
        rest = per_image(to - at, x)
        return SamplerState(torch.where(rest == 0, x, x + rest * flow_slope(denoiser, x, at)), state.k + 1)

    def _try(self, denoiser: MeanEstimate, x: Tensor, at: Tensor, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """A step of width ``h`` for each image, taken where its error is small: image, level and the next width."""
        back = -per_image(h, x)
        k1 = flow_slope(denoiser, x, at)
        k2 = flow_slope(denoiser, x + 0.5 * back * k1, at - 0.5 * h)
        k3 = flow_slope(denoiser, x + 0.75 * back * k2, at - 0.75 * h)
        ahead = x + back * (2 * k1 + 3 * k2 + 4 * k3) / 9
        k4 = flow_slope(denoiser, ahead, at - h)
        gap = back * (-5 / 72 * k1 + k2 / 12 + k3 / 9 - k4 / 8)
        error = _rms(gap) / (self.tol * (_rms(x) + at))
        good = error <= 1
        factor = (_SAFETY * error.clamp_min(1e-12) ** (-1 / 3)).clamp(_LEAST, _MOST)
        x = torch.where(per_image(good, x).bool(), ahead, x)
        return x, torch.where(good, at - h, at), torch.where(h > 0, h * factor, h)


def _rms(x: Tensor) -> Tensor:
    return x.abs().square().flatten(1).mean(1).sqrt()
