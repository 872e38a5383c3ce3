"""Exact samples where everything is Gaussian."""

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._shapes import per_image
from preimage._tree import Measurement, add, subtract, tree_map
from preimage.errors import CapabilityError
from preimage.optim.variational import back_projection
from preimage.physics import LinearPhysics, Physics
from preimage.sampling.chains import Chains
from preimage.sampling.posterior import Posterior
from preimage.sampling.posterior_sampler import PosteriorSampler

__all__ = ["PerturbAndOptimize"]


class PerturbAndOptimize(PosteriorSampler):
    """Independent exact samples of ``x`` given ``y = A x + s n``, for images ``N(mean, spread^2)``.

    Each is the most likely image after ``y`` and ``mean`` have been moved by noise of their own: one linear solve.

    Args:
        mean: the mean of the images, a number or a tensor that broadcasts with them.
        spread: the standard deviation of each pixel, > 0, a float or (B,).
        samples: how many of each image, >= 1.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Papandreou, Yuille, "Gaussian sampling by local perturbations", NeurIPS 2010.
    """

    def __init__(
        self, mean: float | Tensor = 0.5, spread: float | Tensor = 0.3, samples: int = 8, seed: int = 0
    ) -> None:
        super().__init__()
        check_level("spread", spread, "it is the standard deviation of the pixels")
        check_count("samples", samples, "their mean is the estimate")
        check_count("seed", seed, "it tells runs apart", least=0)
        self.mean = mean
        self.spread = spread
        self.samples = samples
        self.seed = seed

    @torch.no_grad()
    def sample(self, y: Measurement, physics: Physics) -> Posterior:
        """Samples of the images behind ``y``.

        Raises:
            CapabilityError: the physics is not linear, or its noise is not white and Gaussian.
        """
        level = physics.noise.gaussian_sigma
        if not isinstance(physics, LinearPhysics) or level is None:
            raise CapabilityError(
                f"`physics` must be linear with white Gaussian noise, got {type(physics).__name__} with "
                f"{type(physics.noise).__name__}; take MCMC."
            )
        like, drawn = back_projection(y, physics), []
        rho = per_image(level, like).square() / per_image(self.spread, like).square()
        for number in range(self.samples):
            chains = Chains.seeded(self.seed, len(like), number, alike=True, device=like.device)
            guess = per_image(self.mean, like) + per_image(self.spread, like) * chains.normal(like)
            moved = tree_map(lambda leaf, c=chains: per_image(level, leaf) * c.normal(leaf), y)
            gap = subtract(add(y, moved), physics.A(guess))
            drawn.append(guess + physics.solve_regularized(gap, rho.flatten()))
        return Posterior(torch.stack(drawn, 1))
