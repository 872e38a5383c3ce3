"""A split Gibbs sampler whose prior is a diffusion."""

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
from preimage.sampling.schedule.power import PowerSchedule

__all__ = ["PnPDM"]


class PnPDM(ConditionalSampler):
    """Split Gibbs: the image ``x`` and a copy ``z = x + rho n``, which alone sees ``y``, are drawn by turns.

    ``x`` given ``z`` is what a diffusion sampler draws that starts from ``z`` at noise ``rho``; ``z`` given ``x`` and
    ``y`` is ``N(x, rho^2)`` times the likelihood, drawn exactly. At one ``rho`` the chain reaches the posterior of a
    measurement whose noise has the covariance ``s^2 I + rho^2 A A^H``; so ``rho`` falls, and the law of ``x`` tends to
    the posterior as ``rho`` goes to zero slowly and ``inner`` grows. No gradient of the denoiser, no weight.

    Args:
        denoiser: the prior; it has to know noise up to the first ``rho``.
        inner: calls of the denoiser for each ``rho``, >= 1.
        schedule: the levels of ``rho``, of which zero is left out, and the start; by default 100 from 10 to 0.02.
        samples: how many of each image, >= 1, each at the end of a chain of its own.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Wu, Sun, Chen, Zhang, Yue, Bouman, "Principled probabilistic imaging using diffusion models as plug-and-play
    priors", NeurIPS 2024, algorithm 1; split Gibbs: Vono, Dobigeon, Chainais, IEEE TSP 67, 2019.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        inner: int = 20,
        schedule: NoiseSchedule | None = None,
        samples: int = 8,
        seed: int = 0,
    ) -> None:
        super().__init__(denoiser, schedule or PowerSchedule(100, sigma_max=10.0, sigma_min=0.02), samples, seed)
        check_count("inner", inner, "each is one level of noise")
        self.inner = inner

    def prepare(self, y: Measurement, physics: Physics, like: Tensor) -> Draw:
        """The function that draws a sample of images like ``like``.

        Raises:
            CapabilityError: the physics is not linear, or its noise is not white and Gaussian.
        """
        conditional, diffusion = conditional_draw(physics, y), DDIM(1.0)
        rhos = self.schedule.sigmas()[:-1].to(like.device, like.real.dtype)
        lowest = float(rhos[-1]) / 10

        def draw(chains: Chains) -> Tensor:
            x = self.schedule.start(like, chains)
            for number, rho in enumerate(rhos):
                if number:
                    x = conditional(x, rho.square(), chains)
                x = diffusion(self.denoiser, x, levels_below(rho, lowest, self.inner), chains)
            return x

        return draw
