"""Particles: samples that are exact in the limit of many."""

from itertools import pairwise

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._tree import Measurement, dot, subtract, tree_map
from preimage.denoisers import Denoiser
from preimage.errors import CapabilityError
from preimage.optim.variational import back_projection
from preimage.physics import LinearPhysics, Physics
from preimage.sampling.chains import Chains
from preimage.sampling.guidance.conditional import ConditionalMean, conditional_mean
from preimage.sampling.guidance.derivative import DenoisedPoint
from preimage.sampling.posterior import Posterior
from preimage.sampling.posterior_sampler import PosteriorSampler
from preimage.sampling.sampler.base import MeanEstimate
from preimage.sampling.schedule.base import NoiseSchedule
from preimage.sampling.schedule.power import PowerSchedule

__all__ = ["TwistedParticles"]


class TwistedParticles(PosteriorSampler):
    """The twisted diffusion sampler: many paths of DDPM with :class:`PiGDM`, weighed by what that approximates.

    A path is weighed, step by step, by the law of the prior's steps over that of the guided ones, and by how the
    likelihood of ``y`` has changed; light paths give way to copies of heavy ones. With enough particles and steps the
    samples are from the posterior, whatever guidance leaves out. They are from one run and share ancestors: where the
    guidance is poor, fewer than ``particles`` are different.

    Args:
        denoiser: the prior, the mean of the image given a noisy one.
        schedule: the noise levels and the start; ``PowerSchedule()`` by default.
        spread: the standard deviation of the images, > 0, as for :class:`PiGDM`.
        particles: how many paths for each image, >= 2, which are the samples returned.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Wu, Trippe, Naesseth, Blei, Cunningham, "Practical and asymptotically exact conditional sampling in
    diffusion models", NeurIPS 2023, algorithm 1.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        schedule: NoiseSchedule | None = None,
        spread: float = 0.3,
        particles: int = 64,
        seed: int = 0,
    ) -> None:
        super().__init__()
        check_level("spread", spread, "it is the standard deviation of the images")
        check_count("particles", particles, "more are closer to the posterior", least=2)
        check_count("seed", seed, "it tells runs apart", least=0)
        self.denoiser = denoiser
        self.schedule = schedule or PowerSchedule()
        self.spread = spread
        self.particles = particles
        self.seed = seed

    @torch.no_grad()
    def sample(self, y: Measurement, physics: Physics) -> Posterior:
        """Samples of the images behind ``y``.

        Args:
            y: measurements of a batch.
            physics: what made them, with the same parameters for all images.

        Raises:
            CapabilityError: the physics is not linear, or its noise is not white and Gaussian.
        """
        level = physics.noise.gaussian_sigma
        if not isinstance(physics, LinearPhysics) or level is None or (isinstance(level, Tensor) and level.numel() > 1):
            raise CapabilityError(
                f"`physics` must be linear with white Gaussian noise of one level, got {type(physics).__name__} with "
                f"{type(physics.noise).__name__}; take DiffusionSampler."
            )
        like = back_projection(y, physics)
        every = []
        for index in range(len(like)):
            one = tree_map(lambda leaf, i=index: leaf[i : i + 1].expand(self.particles, *leaf.shape[1:]), y)
            twist = _Twist(self.denoiser, physics, one, float(level), self.spread)
            every.append(self._run(twist, like[index : index + 1].expand(self.particles, *like.shape[1:])))
        return Posterior(torch.stack(every))

    def _run(self, twist: "_Twist", like: Tensor) -> Tensor:
        """The particles of one image."""
        chains = Chains.seeded(self.seed, self.particles, device=like.device)
        levels = self.schedule.sigmas().to(like.device, like.real.dtype)
        x = self.schedule.start(like, chains)
        drawn, guided, fit = twist.at(x, levels[0])
        weights = fit
        for sigma, to in pairwise(levels[:-1]):
            x, weights, (drawn, guided, fit) = _resampled(chains, x, weights, (drawn, guided, fit))
            fresh = to * (1 - (to / sigma).square()).sqrt()
            ratio = (to.square() - fresh.square()).sqrt() / sigma
            prior, proposal = drawn + ratio * (x - drawn), guided + ratio * (x - guided)
            moved = proposal + fresh * chains.normal(x)
            change = (_power(moved - proposal) - _power(moved - prior)) / (2 * fresh.square())
            before, x = fit, moved
            drawn, guided, fit = twist.at(x, to)
            weights = weights + change + fit - before
        chosen = _systematic(chains, weights)
        return guided[chosen]


class _Twist:
    """The prior's denoised images, the guided ones, and the log-likelihood of ``y`` as guidance has it."""

    def __init__(
        self, denoiser: MeanEstimate, physics: LinearPhysics, y: Measurement, level: float, spread: float
    ) -> None:
        self.denoiser, self.physics, self.y, self.level, self.spread = denoiser, physics, y, level, spread
        self.conditional: ConditionalMean = conditional_mean(physics, y)

    def at(self, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        point = DenoisedPoint(self.denoiser, x, sigma)
        ratio = self.spread**2 / (sigma.square() + self.spread**2)
        moved = self.conditional(point.value, sigma.square() * ratio) - point.value
        gap = subtract(self.y, self.physics.A(point.value))
        fit = -0.5 * dot(gap, subtract(gap, self.physics.A(moved))).real / self.level**2
        return point.value, point.value + point.pull_back(moved) / ratio, fit


def _resampled(
    chains: Chains, x: Tensor, weights: Tensor, others: tuple[Tensor, ...]
) -> tuple[Tensor, Tensor, tuple[Tensor, ...]]:
    """Copies of heavy particles in place of light ones, once fewer than half of them count."""
    shares = weights.double().softmax(0)
    if float(1 / shares.square().sum()) >= len(x) / 2:
        return x, weights, others
    chosen = _systematic(chains, weights)
    return x[chosen], torch.zeros_like(weights), tuple(other[chosen] for other in others)


def _systematic(chains: Chains, weights: Tensor) -> Tensor:
    """Which particle each becomes: each as often as its share, but for less than one."""
    shares = weights.double().softmax(0)
    first = chains.uniform(shares[:, None])[0, 0]
    places = (torch.arange(len(weights), device=weights.device, dtype=torch.float64) + first) / len(weights)
    return torch.searchsorted(shares.cumsum(0), places).clamp_max(len(weights) - 1)


def _power(x: Tensor) -> Tensor:
    return x.abs().square().flatten(1).sum(1)
