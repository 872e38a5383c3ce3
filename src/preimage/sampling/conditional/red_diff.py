"""The most likely image by the residual of a denoiser at falling levels of noise."""

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.optim.variational import back_projection
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor
from preimage.sampling.chains import Chains
from preimage.sampling.conditional.adam import AdamState, adam_step
from preimage.sampling.schedule.base import NoiseSchedule
from preimage.sampling.schedule.power import PowerSchedule

__all__ = ["REDDiff"]


class REDDiff(Reconstructor):
    """RED-diff: Adam on ``grad f(x) + weight / v (x - D(x + sigma n, sigma))``, a step for each level of noise.

    ``f`` is the negative log-likelihood, ``v`` the variance of the images (``schedule.spread`` squared, which gives
    both terms one unit), ``n`` new noise in each step; no derivative of the denoiser is needed. It fits a Gaussian of
    vanishing width to the posterior: one answer, not samples. Of images ``N(m, v)`` at a fixed level it tends to the
    most likely image for a prior ``weight sigma^2 / (v + sigma^2)`` times as strong.

    Args:
        denoiser: the prior; it has to know noise up to the first level of the schedule.
        weight: the weight of the prior, > 0; the publication's ``lambda``, there 0.25, weights of the noise being
            ``sigma``.
        step_size: how far Adam goes in a step, in units of the image, > 0.
        schedule: the levels of noise, of which zero is left out; ``PowerSchedule(1000)`` by default.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Mardani, Song, Kautz, Vahdat, "A variational perspective on solving inverse problems with diffusion models",
    ICLR 2024, algorithm 1, for noise that is added and nothing else.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        weight: float = 0.25,
        step_size: float = 0.02,
        schedule: NoiseSchedule | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__()
        check_level("weight", weight, "the publication has 0.25")
        check_level("step_size", step_size, "0.02 suits images in [0, 1]")
        check_count("seed", seed, "it tells runs apart", least=0)
        self.denoiser = denoiser
        self.weight = weight
        self.step_size = step_size
        self.schedule = schedule or PowerSchedule(1000)
        self.seed = seed

    @torch.no_grad()
    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The image behind each measurement.

        Raises:
            CapabilityError: there is no noise, so that nothing says how well to fit ``y``.
        """
        if physics.noise.is_absent:
            raise CapabilityError(
                "`physics` must have noise for REDDiff, whose data term is its likelihood, got NoNoise; take DDNM."
            )
        f, x = likelihood(physics, y), back_projection(y, physics)
        chains = Chains.seeded(self.seed, len(x), alike=True, device=x.device)
        strength = self.weight / per_image(self.schedule.spread, x).square()
        state = AdamState.at(x)
        for sigma in self.schedule.sigmas()[:-1].to(x.device, x.real.dtype):
            residual = state.x - self.denoiser(state.x + sigma * chains.normal(x), sigma)
            state = adam_step(state, f.grad(state.x) + strength * residual, self.step_size)
        return state.x
