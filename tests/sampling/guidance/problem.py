"""A linear problem with a Gaussian prior: everything that guidance approximates is known."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.physics import CompressedSensing, GaussianNoise, LinearPhysics, NoNoise
from preimage.sampling import Guidance
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD

LEVEL, SIGMA = 0.1, 0.4
NOISY = torch.tensor([[0.9, -0.4, 1.2], [0.0, 0.5, 0.4]], dtype=torch.float64)
Y = torch.tensor([[0.5, 0.2], [-0.3, 0.9]], dtype=torch.float64)
MATRIX = torch.tensor([[1.0, 0.5, -0.3], [0.2, -1.0, 0.7]], dtype=torch.float64)


def physics(unit: float = 1.0, noisy: bool = True) -> LinearPhysics:
    """Two weighted sums of three pixels, measured in a unit of choice."""
    return CompressedSensing(unit * MATRIX, (1, 1, 3), GaussianNoise(unit * LEVEL) if noisy else NoNoise())


@dataclass(frozen=True)
class Known:
    """The denoised images ``d`` (B, 3), the diagonal of the Jacobian ``jacobian``, and the residuals."""

    d: Tensor
    jacobian: Tensor
    residual: Tensor


def known() -> Known:
    variance = SPREAD.double().square()
    jacobian = variance / (variance + SIGMA**2)
    d = MEAN.double() + jacobian * (NOISY - MEAN.double())
    return Known(d, jacobian, Y - d @ MATRIX.mT)


def through(covariance: Tensor, residual: Tensor) -> Tensor:
    """``C A^T (A C A^T + s^2)^-1 e`` for a diagonal ``C`` (3,)."""
    weighted = covariance[:, None] * MATRIX.mT
    inner = MATRIX @ weighted + LEVEL**2 * torch.eye(2, dtype=torch.float64)
    return residual @ torch.linalg.solve(inner, weighted.mT)


def guided(guidance: Guidance, unit: float = 1.0, noisy: bool = True) -> Tensor:
    """What ``guidance`` gives, (B, 3)."""
    denoiser = guidance(PRIOR.replace(mean=MEAN.double(), spread=SPREAD.double()), physics(unit, noisy), unit * Y)
    return denoiser(NOISY.reshape(2, 1, 1, 3), torch.tensor(SIGMA, dtype=torch.float64)).flatten(1)
