"""Annealing whose steps are independent of each other given the image."""

from itertools import pairwise

from torch import Tensor

from preimage._ranges import check_count
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.physics import Physics
from preimage.sampling.chains import Chains
from preimage.sampling.conditional.base import ConditionalSampler, Draw
from preimage.sampling.conditional.draw import conditional_draw, levels_below
from preimage.sampling.sampler.ddim import DDIM
from preimage.sampling.schedule.base import NoiseSchedule

__all__ = ["DAPS"]


class DAPS(ConditionalSampler):
    """Decoupled annealing: go down to an image, draw it anew given ``y``, and add noise of the next level.

    From noise ``sigma`` to ``t``: ``d`` is the end of the probability flow from ``x``, by ``inner`` steps of Euler;
    ``u`` is an exact draw of ``x0 ~ N(d, sigma^2)`` given ``y``, where the publication takes steps of Langevin; and
    ``x <- u + t n``. Large jumps are possible, because ``x`` is forgotten but for ``u``. Of a Gaussian prior the law is
    near the posterior, not equal to it: ``N(d, sigma^2)`` is a guess.

    Args:
        denoiser: the prior; it has to know noise up to the first level of the schedule.
        inner: calls of the denoiser for each level, >= 1.
        schedule: the noise levels and the start; ``PowerSchedule()`` by default.
        samples: how many of each image, >= 1.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Zhang, Chu, Berner, Meng, Anandkumar, Song, "Improving diffusion inverse problem solving with decoupled
    noise annealing", CVPR 2025, algorithm 1 and proposition 1.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        inner: int = 5,
        schedule: NoiseSchedule | None = None,
        samples: int = 8,
        seed: int = 0,
    ) -> None:
        super().__init__(denoiser, schedule, samples, seed)
        check_count("inner", inner, "5 are enough for images")
        self.inner = inner

    def prepare(self, y: Measurement, physics: Physics, like: Tensor) -> Draw:
        """The function that draws a sample of images like ``like``.

        Raises:
            CapabilityError: the physics is not linear, or its noise is not white and Gaussian.
        """
        conditional, flow = conditional_draw(physics, y), DDIM(0.0)
        sigmas = self.schedule.sigmas().to(like.device, like.real.dtype)
        lowest = float(sigmas[-2])

        def draw(chains: Chains) -> Tensor:
            x = self.schedule.start(like, chains)
            for sigma, to in pairwise(sigmas):
                x = flow(self.denoiser, x, levels_below(sigma, lowest, self.inner), chains)
                x = conditional(x, sigma.square(), chains)
                x = x + to * chains.normal(x)
            return x

        return draw
