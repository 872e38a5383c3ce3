"""Replacement of what was measured, as far as the noise allows."""

from functools import partial

import torch
from torch import Tensor

from preimage._ranges import check_interval
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.physics import Physics
from preimage.sampling.chains import Chains
from preimage.sampling.conditional.base import ConditionalSampler, Draw, drawn_by_levels
from preimage.sampling.conditional.singular_system import SingularSystem, singular_system
from preimage.sampling.schedule.base import NoiseSchedule

__all__ = ["DDNM"]


class DDNM(ConditionalSampler):
    r"""DDNM+: the denoised image gets the range of ``A`` from the measurement and keeps its own null space.

    A step from noise ``sigma`` to ``t`` replaces the denoised image ``d`` by ``d + L A^+ (y - A d)`` and goes on as
    :class:`DDIM` does: ``x <- d + b (x - d) + n`` with ``b = sqrt(t^2 - e^2) / sigma`` and fresh noise of level
    ``e = eta t sqrt(1 - t^2 / sigma^2)``. Along the singular vector of ``s`` the measurement brings noise ``s_y / s``,
    of which ``(1 - b) l s_y / s`` enters ``x``; so ``l = min(1, e s / ((1 - b) s_y))``, and ``n`` has that much less
    variance. Without noise ``L = 1``, and the samples give ``y``; then it is :class:`DiffPIR` with :class:`DDIM`.

    Args:
        denoiser: the prior; it has to know noise up to the first level of the schedule.
        eta: how much fresh noise a step draws, in (0, 1]; with none there would be no room for that of the measurement.
        schedule: the noise levels and the start; ``PowerSchedule()`` by default.
        samples: how many of each image, >= 1.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Wang, Yu, Zhang, "Zero-shot image restoration using denoising diffusion null-space model", ICLR 2023,
    equations 17 to 19 and appendix I, for noise that is added and nothing else.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        eta: float = 1.0,
        schedule: NoiseSchedule | None = None,
        samples: int = 8,
        seed: int = 0,
    ) -> None:
        super().__init__(denoiser, schedule, samples, seed)
        check_interval("eta", eta, "(0, 1]", "1 is DDPM")
        self.eta = eta

    def prepare(self, y: Measurement, physics: Physics, like: Tensor) -> Draw:
        """The function that draws a sample of images like ``like``.

        Raises:
            CapabilityError: the physics is not diagonal in known bases, or its noise is not white and Gaussian.
        """
        system = singular_system(physics, y, like)
        return drawn_by_levels(self.schedule, like, partial(self._step, system))

    def _step(self, system: SingularSystem, x: Tensor, sigma: Tensor, to: Tensor, chains: Chains) -> Tensor:
        fresh = self.eta * to * (1 - (to / sigma).square()).clamp_min(0).sqrt()
        kept = (to.square() - fresh.square()).clamp_min(0).sqrt() / sigma
        brought = (1 - kept) * system.level
        share = torch.where(brought <= fresh, 1, fresh / torch.where(brought > 0, brought, 1))
        rest = (fresh.square() - (share * brought).square()).clamp_min(0).sqrt()
        denoised = self.denoiser(x, sigma)
        denoised = system.add(denoised, share * (system.measured - system.analysis(denoised)))
        noise = chains.normal(x)
        noise = system.add(fresh * noise, (rest - fresh) * system.analysis(noise))
        return denoised + kept * (x - denoised) + noise
