"""Guidance with the covariance that the denoiser itself tells."""

from dataclasses import dataclass

from torch import Tensor

from preimage._ranges import check_count
from preimage._tree import Measurement, add, scale, subtract
from preimage.errors import CapabilityError
from preimage.physics import Physics
from preimage.sampling.guidance.base import Guidance
from preimage.sampling.guidance.derivative import DenoisedPoint
from preimage.sampling.guidance.tangent import Tangent
from preimage.sampling.sampler.base import MeanEstimate
from preimage.solve import cg

__all__ = ["MomentMatching"]


@dataclass(frozen=True)
class MomentMatching(Guidance):
    r"""``guided = d + C A^H (A C A^H + s^2)^-1 (y - A d)`` with ``d = D(x, sigma)``, ``C = sigma^2 J^T``.

    ``C`` is the covariance of ``x0`` given ``x``, by Tweedie's formula from the Jacobian ``J`` of the denoiser; only
    higher moments are left out. It is exact where the images are Gaussian, of any covariance, and takes as many passes
    back through the denoiser as conjugate gradients take steps. A physics that is not linear is taken for its tangent
    at ``d``.

    Args:
        max_steps: the most steps of conjugate gradients, >= 1. The Jacobian of a network is not exactly symmetric and
            positive, so that many steps help less than they should.

    Raises:
        ArgumentError: ``max_steps`` is out of its range.

    Source: Rozet et al., "Learning diffusion priors from observations by expectation maximization", NeurIPS 2024; Boys
    et al., "Tweedie moment projected diffusions for inverse problems", TMLR 2024.
    """

    max_steps: int = 10

    def __post_init__(self) -> None:
        check_count("max_steps", self.max_steps, "a few are enough for most operators")

    def __call__(self, denoiser: MeanEstimate, physics: Physics, y: Measurement) -> MeanEstimate:
        """The denoiser of the posterior.

        Raises:
            CapabilityError: the noise is not white and Gaussian, or the physics is neither linear nor measures a real
                tensor.
        """
        level = physics.noise.gaussian_sigma
        if level is None:
            raise CapabilityError(
                f"`physics` must have white Gaussian noise, got {type(physics).__name__} with "
                f"{type(physics.noise).__name__}; take DPS."
            )

        def guided(x: Tensor, sigma: Tensor) -> Tensor:
            point = DenoisedPoint(denoiser, x, sigma)
            near = Tangent(physics, point.value)

            def seen_by(u: Measurement) -> Tensor:
                return sigma.square() * point.pull_back(near.pull(u), last=False)

            def covariance(u: Measurement) -> Measurement:
                return add(near.push(seen_by(u)), scale(level**2, u))

            residual = subtract(y, near.value)
            return point.value + seen_by(cg(covariance, residual, max_steps=self.max_steps).x)

        return guided
