"""Diffusion posterior sampling: any sampler with any guidance."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.optim.variational import back_projection
from preimage.physics import Physics
from preimage.sampling.chains import Chains
from preimage.sampling.guidance.base import Guidance
from preimage.sampling.posterior import Posterior
from preimage.sampling.posterior_sampler import PosteriorSampler
from preimage.sampling.sampler.base import Sampler
from preimage.sampling.sampler.ddim import DDIM
from preimage.sampling.schedule.base import NoiseSchedule
from preimage.sampling.schedule.power import PowerSchedule

__all__ = ["DiffusionSampler"]

Preview = Callable[[int, int, Tensor], object]
"""``preview(sample, step, x)``, both numbers from 1."""


class DiffusionSampler(PosteriorSampler):
    """Draws images from the law that a denoiser stands for, given a measurement.

    Samples are drawn one by one, in the memory of one.

    Args:
        denoiser: the prior; it has to know noise up to the first level of the schedule.
        guidance: what the measurement does to it.
        sampler: how a step is made; ``DDIM(1.0)`` by default, which is DDPM.
        schedule: the noise levels and the start; ``PowerSchedule()`` by default.
        samples: how many of each image, >= 1.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: the form of noise and levels: Karras, Aittala, Aila, Laine 2022.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        guidance: Guidance,
        sampler: Sampler | None = None,
        schedule: NoiseSchedule | None = None,
        samples: int = 8,
        seed: int = 0,
    ) -> None:
        super().__init__()
        check_count("samples", samples, "their mean is the estimate")
        check_count("seed", seed, "it tells runs apart", least=0)
        self.denoiser = denoiser
        self.guidance = guidance
        self.sampler = sampler or DDIM()
        self.schedule = schedule or PowerSchedule()
        self.samples = samples
        self.seed = seed

    @torch.no_grad()
    def sample(
        self, y: Measurement, physics: Physics, preview: Preview | None = None, like: Tensor | None = None
    ) -> Posterior:
        """Samples of the images behind ``y``.

        Args:
            y: measurements of a batch.
            physics: what made them.
            preview: called after each step of each sample.
            like: images of the shape and type wanted, (B, ...), for a physics that is not linear.

        Raises:
            CapabilityError: the guidance cannot use this physics, or it is not linear and ``like`` is not given.
        """
        like = back_projection(y, physics) if like is None else like
        guided = self.guidance(self.denoiser, physics, y)
        sigmas = self.schedule.sigmas()
        drawn = []
        for number in range(self.samples):
            chains = Chains.seeded(self.seed, len(like), number, alike=True, device=like.device)
            x = self.schedule.start(like, chains)
            drawn.append(self.sampler(guided, x, sigmas, chains, _numbered(preview, number + 1)))
        return Posterior(torch.stack(drawn, 1))


def _numbered(preview: Preview | None, number: int) -> Callable[[int, Tensor], object] | None:
    return None if preview is None else lambda step, x: preview(number, step, x)
