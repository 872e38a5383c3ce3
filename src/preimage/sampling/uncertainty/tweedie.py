"""The error of a denoised image, told by the denoiser's own derivative."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.errors import CapabilityError
from preimage.physics import Physics
from preimage.sampling.chains import Chains
from preimage.sampling.uncertainty.base import ErrorMap
from preimage.sampling.uncertainty.smoothing import smoothed_map

__all__ = ["Directions", "TweedieErrorMap", "expected_error"]


@dataclass(frozen=True)
class Directions:
    """The random directions in which a denoiser is differentiated, and how their noise is smoothed.

    Args:
        probes: how many.
        width: the standard deviation in pixels of the local mean.
        seed: the seed of the directions.
    """

    probes: int = 4
    width: float = 1.5
    seed: int = 0


@torch.no_grad()
def expected_error(
    denoise: Callable[[Tensor], Tensor], y: Tensor, x_hat: Tensor, sigma: Tensor, directions: Directions
) -> Tensor:
    """The expected error of ``x_hat = denoise(y)`` under noise of deviation ``sigma``, one number or one a pixel.

    See :class:`TweedieErrorMap`.
    """
    total, step = torch.zeros_like(x_hat), 0.1 * sigma
    for number in range(directions.probes):
        chains = Chains.seeded(directions.seed, len(y), number, alike=True, device=y.device)
        signs = torch.where(chains.uniform(y) < 0.5, -1.0, 1.0).to(y)
        total = total + signs * (denoise(y + step * signs) - x_hat) / step
    share = smoothed_map(total / directions.probes, directions.width)
    return sigma * share.clamp(1e-4, 1).sqrt()  # a posterior is no wider than the likelihood


class TweedieErrorMap(ErrorMap):
    """``sqrt(sigma^2 dD_i / dy_i)`` for ``y = x + sigma n`` and its denoised ``D(y)``: Tweedie's formula.

    That is the spread of the posterior, where ``D`` is its mean. The diagonal of the Jacobian is estimated by
    ``b_i (D(y + t b) - D(y))_i / t`` with random signs ``b``, and then by the mean of the pixels around: one more pass
    through the denoiser a probe.

    Args:
        denoiser: the one that made ``x_hat``.
        probes: how many random directions, >= 1.
        width: the standard deviation in pixels of the local mean, >= 0.
        seed: the seed of the directions, >= 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Efron, "Tweedie's formula and selection bias", J. American Statistical Association 106, 2011; Manor,
    Michaeli, "On the posterior distribution in denoising", ICLR 2024.
    """

    def __init__(self, denoiser: Denoiser, probes: int = 4, width: float = 1.5, seed: int = 0) -> None:
        super().__init__()
        check_count("probes", probes, "more of them are less noisy")
        check_level("width", width, "0 takes each pixel on its own", zero=True)
        check_count("seed", seed, "it tells runs apart", least=0)
        self.denoiser = denoiser
        self.probes = probes
        self.width = width
        self.seed = seed

    @torch.no_grad()
    def forward(self, y: Measurement, physics: Physics, x_hat: Tensor) -> Tensor:
        """The error to be expected of each pixel and channel, > 0.

        Raises:
            CapabilityError: ``y`` is no image with white Gaussian noise.
        """
        level = physics.noise.gaussian_sigma
        if level is None or y.shape != x_hat.shape or not torch.equal(physics.A(y), y):
            raise CapabilityError(
                f"`physics` must be the identity with white Gaussian noise, got {type(physics).__name__} with "
                f"{type(physics.noise).__name__}; take BootstrapErrorMap."
            )
        sigma = per_image(level, y)
        directions = Directions(self.probes, self.width, self.seed)
        return expected_error(lambda noisy: self.denoiser(noisy, level), y, x_hat, sigma, directions)
