"""The noisy image moved until its denoised image fits the measurement."""

from itertools import pairwise

from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.physics import Physics
from preimage.sampling.chains import Chains
from preimage.sampling.conditional.adam import AdamState, adam_step
from preimage.sampling.conditional.base import ConditionalSampler, Draw
from preimage.sampling.guidance.derivative import DenoisedPoint
from preimage.sampling.schedule.base import NoiseSchedule
from preimage.sampling.schedule.power import PowerSchedule

__all__ = ["SITCOM"]


class SITCOM(ConditionalSampler):
    """Three consistencies a step: with the measurement, with the denoiser, and with the noisy image.

    From noise ``sigma`` to ``t``: ``v`` is moved from ``x`` by ``inner`` steps of Adam, of ``step_size sigma``, on
    ``f(D(v, sigma)) + ||v - x||^2 / (2 sigma^2)`` with the negative log-likelihood ``f``; then
    ``x <- D(v, sigma) + t n``. The publication has the squared residual and a weight in place of ``f`` and
    ``2 sigma^2``, which depends on units. Each step of Adam takes a pass through the denoiser and one back. The answers
    fit ``y``; their spread is not that of the posterior.

    Args:
        denoiser: the prior; it has to know noise up to the first level of the schedule.
        inner: steps of Adam for each level, >= 1.
        step_size: how far Adam goes in a step, relative to the level, > 0.
        schedule: the noise levels and the start; 20 by default.
        samples: how many of each image, >= 1.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Alkhouri, Liang, Huang, Dai, Qu, Ravishankar, Wang, "SITCOM: step-wise triple-consistent diffusion sampling
    for inverse problems", ICML 2025, algorithm 1, for noise that is added and nothing else.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        inner: int = 20,
        step_size: float = 0.05,
        schedule: NoiseSchedule | None = None,
        samples: int = 8,
        seed: int = 0,
    ) -> None:
        super().__init__(denoiser, schedule or PowerSchedule(20), samples, seed)
        check_count("inner", inner, "20 are usual")
        check_level("step_size", step_size, "0.05 of the level is usual")
        self.inner = inner
        self.step_size = step_size

    def prepare(self, y: Measurement, physics: Physics, like: Tensor) -> Draw:
        """The function that draws a sample of images like ``like``.

        Raises:
            CapabilityError: there is no noise, so that nothing says how well to fit ``y``.
        """
        if physics.noise.is_absent:
            raise CapabilityError(
                "`physics` must have noise for SITCOM, whose data term is its likelihood, got NoNoise; take DDNM."
            )
        f = likelihood(physics, y)
        sigmas = self.schedule.sigmas().to(like.device, like.real.dtype)

        def consistent(x: Tensor, sigma: Tensor) -> Tensor:
            state = AdamState.at(x)
            for _ in range(self.inner):
                point = DenoisedPoint(self.denoiser, state.x, sigma)
                slope = point.pull_back(f.grad(point.value)) + (state.x - x) / sigma.square()
                state = adam_step(state, slope, self.step_size * sigma)
            return self.denoiser(state.x, sigma)

        def draw(chains: Chains) -> Tensor:
            x = self.schedule.start(like, chains)
            for sigma, to in pairwise(sigmas):
                x = consistent(x, sigma)
                x = x + to * chains.normal(x)
            return x

        return draw
