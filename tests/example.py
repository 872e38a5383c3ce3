"""What a test file exports for the contract test: small instances of the classes it tests, and values to make them of.

    EXAMPLES = {Denoising: [Example(lambda: Denoising(GaussianNoise(LEVELS)), complex=True)]}

``tests/test_contracts.py`` collects the ``EXAMPLES`` of all test files and drives each instance through its contract.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from preimage.denoisers import Denoiser, DenoiserWrapper, GaussianMixture
from preimage.distributed import DistributedPhysics, ShardedDenoiser
from preimage.fidelity import likelihood
from preimage.functional import (
    AutodiffSmooth,
    ClosedProx,
    Conjugable,
    DiagonalQuadratic,
    LinearIfPositive,
    LinearlyComposed,
    PeriodicallyComposed,
    Periodizable,
    Proximable,
    Separable,
    Smooth,
    Valued,
)
from preimage.loss import Loss
from preimage.metric import Metric
from preimage.models.sparse import NonLocalSC
from preimage.optim import Potential, Tikhonov
from preimage.optim.algorithm import Algorithm, GradientAlgorithm, MemorylessAlgorithm, PointAlgorithm
from preimage.physics import (
    BlurFFT,
    GaussianNoise,
    IntensityPhysics,
    LinearPhysics,
    Physics,
    Propagation,
    WrappingPhysics,
)
from preimage.physics.blur import CameraPhysics
from preimage.physics.generators import ParameterGenerator, SplittingMaskGenerator
from preimage.physics.noise import Noise, ProximableNoise
from preimage.physics.operator import DiagonalGram
from preimage.reconstructor import Reconstructor
from preimage.sampling import ConditionalSampler, PosteriorSampler
from preimage.transform import FiniteGroup, InvertibleTransform, Transform, UnitaryTransform

# Classes meant to be derived from, which have no instances of their own, and those of several processes, which
# tests/distributed starts.
ABSTRACT: set[type] = {
    Algorithm,
    GradientAlgorithm,
    MemorylessAlgorithm,
    PointAlgorithm,
    Loss,
    Metric,
    Reconstructor,
    PosteriorSampler,
    ConditionalSampler,
    Denoiser,
    DenoiserWrapper,
    NonLocalSC,
    ClosedProx,
    Conjugable,
    DiagonalQuadratic,
    LinearIfPositive,
    LinearlyComposed,
    Periodizable,
    PeriodicallyComposed,
    Proximable,
    Separable,
    Smooth,
    AutodiffSmooth,
    Valued,
    ParameterGenerator,
    SplittingMaskGenerator,
    Noise,
    ProximableNoise,
    Potential,
    CameraPhysics,
    DiagonalGram,
    IntensityPhysics,
    LinearPhysics,
    Physics,
    Propagation,
    WrappingPhysics,
    Transform,
    InvertibleTransform,
    UnitaryTransform,
    FiniteGroup,
    DistributedPhysics,
    ShardedDenoiser,
}


@dataclass(frozen=True)
class Example:
    """An instance to check.

    Attributes:
        make: makes the object, with float32 fields.
        shape: of the images (or noiseless measurements) it is checked on; two or more, and tiny.
        complex: it takes complex images, too.
        real: it takes real images.
        tol: accuracy of an iterative prox.
        parts: the measurement a noise is checked on is a tuple of so many tensors.
        double: a reconstructor gives the same in double precision.
        physics: makes the physics of the images that a reconstructor or a loss is checked on.
        model: makes the model that a loss is checked with, where not every model is one.
        change: the relative change of parameters in differences; larger where values are good to fewer digits.
        draws: how many draws of a noise tell of its law.
        terms: makes the data term and the prior that an algorithm is checked on.
    """

    make: Callable[[], Any]
    shape: tuple[int, ...] = (2, 3, 6, 5)
    complex: bool = False
    real: bool = True
    tol: float = 1e-5
    parts: int | None = None
    double: bool = True
    physics: Callable[[], Physics] | None = None
    model: Callable[[], Reconstructor] | None = None
    terms: Callable[[], tuple[Any, Any]] | None = None
    draws: int = 40_000
    change: float = 1e-6


def complex_example(
    make: Callable[[], Any], shape: tuple[int, ...], physics: Callable[[], Physics] | None = None
) -> Example:
    """An instance that takes complex images only."""
    return Example(make, shape, complex=True, real=False, physics=physics)


def random(*shape: int, seed: int = 0, low: float = 0.0, high: float = 1.0) -> Tensor:
    """Uniform numbers in [low, high), always the same."""
    return low + (high - low) * torch.rand(shape, generator=torch.Generator().manual_seed(seed))


SEEN = random(6, 5) > 0.4
Y = random(2, 3, 6, 5, seed=1)
LEVELS = torch.tensor([0.1, 0.2])


def deblurring() -> LinearPhysics:
    """A periodic blur with Gaussian noise."""
    return BlurFFT(kernel(3, 3), GaussianNoise(0.1))


def quadratic() -> tuple[Any, Any]:
    """The data term of a blur, and a quadratic prior."""
    return likelihood(deblurring(), Y), Tikhonov(LEVELS)


class Mirror(Denoiser):
    """Half the image and half its mirror image: linear and self-adjoint, so that RED has a value."""

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        return (x + x.flip(-1)) / 2


def kernel(*shape: int) -> Tensor:
    """A random kernel that is mostly its origin: well conditioned."""
    values = random(*shape, seed=4, low=-0.02, high=0.05)
    axes = [n // 2 for n in shape[-2:]] if len(shape) < 5 else [n // 2 for n in shape[-3:]]
    values[(..., *axes)] += 0.7
    return values


def encoder() -> nn.Module:
    """A small network with a layer that nobody asks for."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Softplus(), nn.Conv2d(4, 2, 3))


def mixture(dim: int, components: int = 4) -> GaussianMixture:
    """A mixture with random means and covariances."""
    factors = random(components, dim, dim, seed=5, low=-0.1, high=0.1) + 0.3 * torch.eye(dim)
    means = random(components, dim, seed=6, low=-0.2, high=0.2)
    return GaussianMixture(torch.tensor([0.4, 0.3, 0.2, 0.1])[:components], means, factors @ factors.mT)
