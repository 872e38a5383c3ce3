"""What samplers have in common that put the measurement into their steps, not into the denoiser."""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.optim.variational import back_projection
from preimage.physics import Physics
from preimage.sampling.chains import Chains
from preimage.sampling.posterior import Posterior
from preimage.sampling.posterior_sampler import PosteriorSampler
from preimage.sampling.schedule.base import NoiseSchedule
from preimage.sampling.schedule.power import PowerSchedule

__all__ = ["ConditionalSampler", "Draw", "drawn_by_levels"]

Draw = Callable[[Chains], Tensor]
"""``draw(chains)``: one sample of each image."""


class ConditionalSampler(PosteriorSampler):
    """Draws independent samples one by one, in the memory of one. A subclass defines :meth:`prepare`.

    Args:
        denoiser: the prior; it has to know noise up to the first level of the schedule.
        schedule: the noise levels and the start; ``PowerSchedule()`` by default.
        samples: how many of each image, >= 1.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.
    """

    def __init__(
        self, denoiser: Denoiser, schedule: NoiseSchedule | None = None, samples: int = 8, seed: int = 0
    ) -> None:
        super().__init__()
        check_count("samples", samples, "their mean is the estimate")
        check_count("seed", seed, "it tells runs apart", least=0)
        self.denoiser = denoiser
        self.schedule = schedule or PowerSchedule()
        self.samples = samples
        self.seed = seed

    def prepare(self, y: Measurement, physics: Physics, like: Tensor) -> Draw:
        """The function that draws a sample of images like ``like``.

        Raises:
            CapabilityError: the sampler cannot use this physics or its noise.
        """
        raise NotImplementedError

    @torch.no_grad()
    def sample(self, y: Measurement, physics: Physics) -> Posterior:
        """Samples of the images behind ``y``.

        Raises:
            CapabilityError: the sampler cannot use this physics or its noise.
        """
        like = back_projection(y, physics)
        draw = self.prepare(y, physics, like)
        seeds = [
            Chains.seeded(self.seed, len(like), number, alike=True, device=like.device)
            for number in range(self.samples)
        ]
        return Posterior(torch.stack([draw(chains) for chains in seeds], 1))


def drawn_by_levels(
    schedule: NoiseSchedule, like: Tensor, step: Callable[[Tensor, Tensor, Tensor, Chains], Tensor]
) -> Draw:
    """The function that draws a sample from the start of ``schedule`` down its levels.

    Args:
        schedule: the noise levels and the start.
        like: images of the shape and type wanted.
        step: from images, their level, and the next level, to images of that level.
    """
    sigmas = schedule.sigmas().to(like.device, like.real.dtype)

    def draw(chains: Chains) -> Tensor:
        x = schedule.start(like, chains)
        for sigma, to in pairwise(sigmas):
            x = step(x, sigma, to, chains)
        return x

    return draw
