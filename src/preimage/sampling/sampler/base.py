"""What every sampler is: an ``init`` and a ``step``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from preimage.sampling.chains import Chains

__all__ = ["MeanEstimate", "Sampler", "SamplerState"]

MeanEstimate = Callable[[Tensor, Tensor], Tensor]
"""``denoiser(x, sigma)``: the mean of the image given ``x = x0 + sigma n``, and a measurement where it is guided."""


@dataclass(frozen=True)
class SamplerState:
    """The state of a sampler or of a Markov chain that goes on from its image alone.

    Attributes:
        x: the images, (B, ...); of a sampler each with noise of the level reached.
        k: how many steps were done.
    """

    x: Tensor
    k: int = 0


@dataclass(frozen=True)
class Sampler:
    """``sampler(denoiser, x, sigmas, chains)`` takes images from noise ``sigmas[0]`` to noise ``sigmas[-1]``.

    One :meth:`step` goes from one level to the next, on a state that is a frozen dataclass of tensors, batch first,
    with the images as ``x`` and the step counter as ``k``. Samples of a batch do not see each other.
    """

    def init(self, x: Tensor) -> Any:
        """The state before the first step."""
        return SamplerState(x)

    def step(self, denoiser: MeanEstimate, state: Any, sigma: Tensor, to: Tensor, chains: Chains) -> Any:
        """From noise of level ``sigma`` to noise of level ``to``, numbers in the type of the images."""
        raise NotImplementedError

    def __call__(
        self,
        denoiser: MeanEstimate,
        x: Tensor,
        sigmas: Tensor,
        chains: Chains,
        preview: Callable[[int, Tensor], object] | None = None,
    ) -> Tensor:
        """Images with noise ``sigmas[-1]``, (B, ...).

        Args:
            denoiser: the mean of the image given a noisy one, ``denoiser(x, sigma)``.
            x: images with noise ``sigmas[0]``; ``schedule.start`` has them.
            sigmas: falling levels in image units; :class:`NoiseSchedule` has them.
            chains: the random numbers of each sample.
            preview: called after each step with its number (the first is 1) and the images.
        """
        state = self.init(x)
        levels = sigmas.to(x.device, x.real.dtype)
        for number in range(len(levels) - 1):
            state = self.step(denoiser, state, levels[number], levels[number + 1], chains)
            if preview is not None:
                preview(number + 1, state.x)
        return state.x
