"""Samples of the images behind noisy ones."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.errors import CapabilityError
from preimage.physics import LinearPhysics, Physics
from preimage.sampling.chains import Chains
from preimage.sampling.posterior import Posterior
from preimage.sampling.posterior_sampler import PosteriorSampler
from preimage.sampling.sampler.ddim import DDIM
from preimage.sampling.schedule.power import PowerSchedule

__all__ = ["DenoisingSampler"]

# The last level before zero, as a share of the first, and how the levels lie between them.
_LAST, _POWER = 0.02, 3.0


class DenoisingSampler(PosteriorSampler):
    """Draws the images behind noisy ones: the way of :class:`DDIM` from the noise of the measurement to none.

    A measurement ``y = x + sigma n`` is what a diffusion is at level ``sigma``. So nothing guides, nothing is guessed,
    and the denoiser is asked for levels up to that of ``y`` only. The law tends to the posterior as steps grow, where
    the denoiser is the mean of its prior; with few steps it is too narrow.

    Args:
        denoiser: the prior; it has to know noise up to that of the measurement.
        steps: calls of the denoiser for each sample, >= 2.
        samples: how many of each image, >= 1.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Kawar, Vaksman, Elad, "Stochastic image denoising by sampling from the posterior distribution", ICCV
    workshops 2021, who take Langevin steps; the steps are those of Ho, Jain, Abbeel, NeurIPS 2020.
    """

    def __init__(self, denoiser: Denoiser, steps: int = 40, samples: int = 8, seed: int = 0) -> None:
        super().__init__()
        check_count("steps", steps, "each is one level", least=2)
        check_count("samples", samples, "their mean is the estimate")
        check_count("seed", seed, "it tells runs apart", least=0)
        self.denoiser = denoiser
        self.steps = steps
        self.samples = samples
        self.seed = seed

    @torch.no_grad()
    def sample(self, y: Measurement, physics: Physics) -> Posterior:
        """Samples of the images behind ``y``; where there is no noise, ``y`` itself.

        Raises:
            CapabilityError: the image is not only noisy, or its noise is not white and Gaussian.
        """
        level = physics.noise.gaussian_sigma
        if not isinstance(y, Tensor) or level is None or not _is_identity(physics, y):
            raise CapabilityError(
                f"`physics` must be Denoising with white Gaussian noise, got {type(physics).__name__} with "
                f"{type(physics.noise).__name__}; take DiffusionSampler with a guidance."
            )
        levels = torch.as_tensor(level, dtype=torch.float64, device="cpu").flatten().expand(len(y))
        return Posterior(
            torch.cat([self._drawn(one[None], float(sigma)) for one, sigma in zip(y, levels, strict=True)])
        )

    def _drawn(self, y: Tensor, sigma: float) -> Tensor:
        """Samples (1, S, ...) of one image."""
        if sigma == 0:
            return torch.stack([y] * self.samples, 1)
        sampler = DDIM(1.0)
        levels = PowerSchedule(self.steps, sigma_max=sigma, sigma_min=_LAST * sigma, rho=_POWER).sigmas()
        chains = [Chains.seeded(self.seed, 1, number, device=y.device) for number in range(self.samples)]
        return torch.stack([sampler(self.denoiser, y, levels, each) for each in chains], 1)


def _is_identity(physics: Physics, y: Tensor) -> bool:
    """Whether images like ``y`` are measured as they are."""
    known = physics.diagonal(y) if isinstance(physics, LinearPhysics) else None
    return known is not None and known.left == known.right and bool((known.s == 1).all())
