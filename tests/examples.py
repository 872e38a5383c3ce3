"""One or more small instances of every public class that has a contract: the contract test drives each of them.

Adding a class takes one line of ``EXAMPLES``: how to make it and, where it is not the default, the shape of its images.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from preimage import denoisers, functional, models, optim, physics
from preimage.physics import count_likelihood, generators, likelihood, noise, semi_orthogonal


@dataclass(frozen=True)
class Example:
    """An instance to check.

    Attributes:
        make: makes the object, with float32 fields.
        shape: of the images (or noiseless measurements) it is checked on; two or more, and tiny.
        complex: it takes complex images, too.
        tol: accuracy of an iterative prox.
        parts: the measurement a noise is checked on is a tuple of so many tensors.
    """

    make: Callable[[], Any]
    shape: tuple[int, ...] = (2, 3, 6, 5)
    complex: bool = False
    tol: float = 1e-5
    parts: int | None = None


def random(*shape: int, seed: int = 0, low: float = 0.0, high: float = 1.0) -> Tensor:
    """Uniform numbers in [low, high), always the same."""
    return low + (high - low) * torch.rand(shape, generator=torch.Generator().manual_seed(seed))


_SEEN = random(6, 5) > 0.4
_Y = random(2, 3, 6, 5, seed=1)
_LEVELS = torch.tensor([0.1, 0.2])


class Mirror(denoisers.Denoiser):
    """Half the image and half its mirror image: linear and self-adjoint, so that RED has a value."""

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        return (x + x.flip(-1)) / 2


def _kernel(*shape: int) -> Tensor:
    """A random kernel that is mostly its origin: well conditioned."""
    kernel = random(*shape, seed=4, low=-0.02, high=0.05)
    axes = [n // 2 for n in shape[-2:]] if len(shape) < 5 else [n // 2 for n in shape[-3:]]
    kernel[(..., *axes)] += 0.7
    return kernel


def _encoder() -> nn.Module:
    """A small network with a layer that nobody asks for."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Softplus(), nn.Conv2d(4, 2, 3))


def _mixture(dim: int, components: int = 3) -> denoisers.GaussianMixture:
    """A mixture with random means and covariances."""
    factors = random(components, dim, dim, seed=5, low=-0.1, high=0.1) + 0.3 * torch.eye(dim)
    means = random(components, dim, seed=6, low=-0.2, high=0.2)
    return denoisers.GaussianMixture(torch.tensor([0.5, 0.3, 0.2]), means, factors @ factors.mT)


# Classes meant to be derived from, which have no instances of their own.
ABSTRACT: set[type] = {
    denoisers.Denoiser,
    functional.ClosedProx,
    functional.Conjugable,
    functional.LinearlyComposed,
    functional.LipschitzSmooth,
    functional.Periodizable,
    functional.PeriodicallyComposed,
    functional.Proximable,
    functional.Separable,
    functional.Smooth,
    functional.Summed,
    generators.ParameterGenerator,
    noise.Noise,
    noise.ProximableNoise,
    optim.Potential,
    physics.LinearPhysics,
    physics.Physics,
    physics.SemiOrthogonalPhysics,
    physics.SpectralPhysics,
}

EXAMPLES: dict[type, list[Example]] = {
    # preimage.functional
    functional.Zero: [Example(functional.Zero, complex=True)],
    # preimage.denoisers
    denoisers.DRUNet: [
        Example(lambda: denoisers.DRUNet(3, (4, 4, 8, 8), blocks=1), shape=(2, 3, 17, 70)),
        Example(lambda: denoisers.DRUNet(1, (4, 4, 8, 8), blocks=1, residual=True), shape=(2, 1, 17, 19)),
    ],
    denoisers.DnCNN: [Example(lambda: denoisers.DnCNN(1, width=4, depth=3), shape=(2, 1, 9, 11))],
    denoisers.AnscombeDenoiser: [
        Example(lambda: denoisers.AnscombeDenoiser(denoisers.WaveletDenoiser("db2", 2), 0.01), shape=(2, 3, 9, 11)),
    ],
    denoisers.EPLLDenoiser: [
        Example(lambda: denoisers.EPLLDenoiser(_mixture(12), 2), shape=(2, 3, 9, 17)),
        Example(lambda: denoisers.EPLLDenoiser(_mixture(9), 3, 2), shape=(2, 1, 8, 7)),
    ],
    denoisers.EquivariantDenoiser: [
        Example(lambda: denoisers.EquivariantDenoiser(denoisers.DnCNN(1, width=4, depth=3)), shape=(2, 1, 9, 11)),
        Example(lambda: denoisers.EquivariantDenoiser(denoisers.FFDNet(1, width=4, depth=3), (1, 6)), (2, 1, 9, 11)),
    ],
    denoisers.FFDNet: [Example(lambda: denoisers.FFDNet(1, width=4, depth=3), shape=(2, 1, 9, 31))],
    denoisers.GradientStepDenoiser: [
        Example(lambda: denoisers.GradientStepDenoiser(denoisers.DnCNN(1, width=4, depth=3)), shape=(2, 1, 9, 17))
    ],
    denoisers.GSDRUNet: [Example(lambda: denoisers.GSDRUNet(1, (4, 4, 8, 8), blocks=1), shape=(2, 1, 17, 19))],
    denoisers.IRCNN: [Example(lambda: denoisers.IRCNN(3, width=4), shape=(2, 3, 9, 37))],
    denoisers.IRCNNBank: [Example(lambda: denoisers.IRCNNBank(3, width=4, levels=25), shape=(2, 3, 9, 37))],
    denoisers.TVDenoiser: [
        Example(lambda: denoisers.TVDenoiser(tol=1e-5), shape=(2, 3, 9, 11)),
        Example(lambda: denoisers.TVDenoiser(coupled=False, tol=1e-5), shape=(2, 1, 9, 7)),
    ],
    denoisers.TGVDenoiser: [
        Example(lambda: denoisers.TGVDenoiser(tol=0.0, max_steps=30), shape=(2, 3, 6, 5)),
        Example(lambda: denoisers.TGVDenoiser(coupled=False, tol=0.0, max_steps=30), shape=(2, 1, 6, 5)),
    ],
    denoisers.WaveletDenoiser: [
        Example(lambda: denoisers.WaveletDenoiser("db2", 2), shape=(2, 3, 9, 11)),
        Example(lambda: denoisers.WaveletDenoiser(("haar", "db2"), 2), shape=(2, 3, 9, 11)),
    ],
    # preimage.models
    models.SC: [
        Example(lambda: models.SC(1, 3, 8, 4), shape=(2, 1, 9, 11)),
        Example(lambda: models.SC(3, 4, 8, 4, (0.05, 0.2), 2), shape=(2, 3, 9, 11)),
    ],
    models.CentralizedSC: [Example(lambda: models.CentralizedSC(1, 3, 8, 4), shape=(2, 1, 9, 11))],
    models.GroupSC: [
        Example(lambda: models.GroupSC(1, 3, 8, 4), shape=(2, 1, 9, 11)),
        Example(lambda: models.GroupSC(3, 4, 8, 4, (0.05, 0.2), models.Search(6, 2, 2)), shape=(2, 3, 9, 11)),
    ],
    # preimage.optim
    optim.EPLL: [Example(lambda: optim.EPLL(_mixture(12), 2, weight=_LEVELS))],
    optim.GradientStepPrior: [
        Example(lambda: optim.GradientStepPrior(denoisers.GSDRUNet(3, (4, 4, 8, 8), blocks=1), _LEVELS, weight=_LEVELS))
    ],
    optim.BetaTV: [Example(lambda: optim.BetaTV(_LEVELS, 1.5)), Example(optim.BetaTV, shape=(2, 1, 4, 3, 5))],
    optim.ICNNPrior: [Example(lambda: optim.ICNNPrior(optim.ICNN(3, width=4, depth=3), _LEVELS, strong=0.1))],
    optim.AmplitudeLoss: [
        Example(lambda: optim.AmplitudeLoss(physics.PhaseRetrieval(physics.BlurFFT(_kernel(3, 3))), _Y)),
        Example(lambda: optim.AmplitudeLoss(physics.PhaseRetrieval(physics.Denoising()), _Y), complex=True),
    ],
    optim.IndicatorL2: [
        Example(lambda: optim.IndicatorL2(physics.BlurFFT(_kernel(4, 3)), _Y, 10 * _LEVELS)),
        Example(lambda: optim.IndicatorL2(physics.Decolorize(), _Y[:, :1], torch.tensor([0.5, 50.0])), complex=True),
        Example(lambda: optim.IndicatorL2(physics.Blur(_kernel(3, 3), "reflect"), _Y, 1.0)),
    ],
    optim.ItohFidelity: [
        Example(lambda: optim.ItohFidelity(physics.SpatialUnwrapping(_LEVELS), _Y, 5 * _LEVELS)),
        Example(lambda: optim.ItohFidelity(physics.SpatialUnwrapping(0.2), _Y[:, :, None]), shape=(2, 3, 1, 6, 5)),
    ],
    optim.Box: [
        Example(lambda: optim.Box(0.2, _LEVELS + 0.4)),
        Example(lambda: optim.Box(None, 0.5)),
        Example(lambda: optim.Box(0.3, None)),
    ],
    optim.FieldsOfExperts: [
        Example(lambda: optim.FieldsOfExperts.dct(3), complex=True),
        Example(lambda: optim.FieldsOfExperts(random(4, 3, 3, 2, low=-1), random(4, seed=1), random(4, low=0.1))),
        Example(lambda: optim.FieldsOfExperts.dct(3), shape=(2, 3, 1, 5)),
    ],
    optim.BregmanL2: [Example(optim.BregmanL2, complex=True)],
    optim.BurgEntropy: [Example(optim.BurgEntropy)],
    optim.NegEntropy: [Example(optim.NegEntropy)],
    optim.L1Prior: [Example(lambda: optim.L1Prior(_LEVELS), complex=True)],
    optim.L12Prior: [
        Example(lambda: optim.L12Prior(_LEVELS), complex=True),
        Example(lambda: optim.L12Prior(0.1, axis=-1), shape=(2, 1, 4, 3, 5)),
    ],
    optim.PatchNR: [Example(lambda: optim.PatchNR(optim.PatchFlow(27, blocks=2, width=4), 3, 2, weight=_LEVELS))],
    optim.PatchPrior: [
        Example(lambda: optim.PatchPrior(_mixture(12), 2, weight=_LEVELS)),
        Example(lambda: optim.PatchPrior(torch.nn.Sequential(torch.nn.Linear(12, 1), torch.nn.Flatten(0)), 2, 2)),
    ],
    optim.prior.PeriodicTV: [
        Example(lambda: optim.prior.PeriodicTV(_LEVELS), complex=True),
        Example(lambda: optim.prior.PeriodicTV(0.3, coupled=True, isotropic=False), complex=True),
    ],
    optim.PnP: [Example(lambda: optim.PnP(denoisers.FFDNet(3, width=4, depth=3), weight=_LEVELS))],
    optim.RED: [Example(lambda: optim.RED(Mirror(), 0.1, weight=_LEVELS))],
    optim.ScorePrior: [Example(lambda: optim.ScorePrior(Mirror(), _LEVELS, weight=_LEVELS))],
    optim.SpectralPreconditioner: [
        Example(lambda: optim.SpectralPreconditioner(physics.BlurFFT(_kernel(4, 3)), 0.1)),
        Example(lambda: optim.SpectralPreconditioner(physics.Inpainting(_SEEN), 0.5), complex=True),
    ],
    optim.Tikhonov: [Example(lambda: optim.Tikhonov(_LEVELS), complex=True)],
    optim.TGVPrior: [Example(lambda: optim.TGVPrior(_LEVELS, tol=0.1), shape=(2, 1, 2, 2), tol=0.3)],
    optim.TVPrior: [
        Example(lambda: optim.TVPrior(_LEVELS, tol=1e-6), complex=True, tol=1e-4),
        Example(lambda: optim.TVPrior(0.3, coupled=True, tol=1e-6), complex=True, tol=1e-4),
        Example(lambda: optim.TVPrior(0.1, tol=1e-6), shape=(2, 2, 4, 3, 5), tol=1e-4),
        Example(lambda: optim.TVPrior(_LEVELS, tol=1e-6, isotropic=False), complex=True, tol=1e-4),
        Example(lambda: optim.TVPrior(0.3, coupled=True, tol=1e-6, isotropic=False), complex=True, tol=1e-4),
    ],
    optim.WaveletPrior: [
        Example(lambda: optim.WaveletPrior(_LEVELS, "db2", 2), complex=True),
        Example(lambda: optim.WaveletPrior(0.1, "haar", 1), shape=(2, 1, 4, 3, 5)),
        Example(lambda: optim.WaveletPrior(_LEVELS, ("haar", "db2"), 2, tol=1e-6), complex=True, tol=1e-4),
    ],
    # preimage.physics
    physics.Blur: [
        *[
            Example(lambda p=p: physics.Blur(_kernel(4, 3), p, noise=noise.GaussianNoise(0.1)))
            for p in ("valid", "circular", "replicate", "reflect", "zero")
        ],
        *[
            Example(lambda p=p: physics.Blur(_kernel(2, 1, 3, 3), p, method="fft"))
            for p in ("valid", "circular", "replicate", "reflect", "zero")
        ],
        Example(lambda: physics.Blur(_kernel(3, 3, 4), "replicate", method="direct")),
        Example(lambda: physics.Blur(_kernel(2, 3, 3, 2), "reflect")),
        Example(lambda: physics.Blur(_kernel(1, 1, 3, 2, 3), "valid"), shape=(2, 1, 4, 5, 4)),
        Example(lambda: physics.Blur(_kernel(1, 1, 3, 2, 3), "replicate"), shape=(2, 1, 4, 3, 4)),
    ],
    physics.BlurFFT: [
        Example(lambda: physics.BlurFFT(_kernel(4, 3))),
        Example(lambda: physics.BlurFFT(_kernel(2, 3, 3, 4))),
        Example(lambda: physics.BlurFFT(_kernel(1, 1, 3, 2, 3)), shape=(2, 1, 4, 3, 5)),
    ],
    physics.CompressedSensing: [
        Example(lambda: physics.CompressedSensing(random(7, 24, low=-1), (2, 4, 3)), (2, 2, 4, 3), complex=True),
        Example(lambda: physics.CompressedSensing(random(29, 12, low=-1), (1, 1, 4, 3)), (2, 1, 1, 4, 3), complex=True),
    ],
    physics.Downsampling: [
        *[
            Example(lambda p=p: physics.Downsampling(_kernel(4, 3), 2, p), shape=(2, 3, 6, 4))
            for p in ("valid", "circular", "replicate", "reflect", "zero")
        ],
        Example(lambda: physics.Downsampling(_kernel(2, 1, 5, 5), 3), shape=(2, 2, 9, 6)),
        Example(lambda: physics.Downsampling(_kernel(3, 4, 4), 1), shape=(2, 3, 5, 4)),
        Example(lambda: physics.Downsampling(_kernel(1, 1, 3, 2, 3), 2), shape=(2, 1, 4, 4, 2)),
    ],
    physics.DownsamplingMatlab: [
        Example(lambda: physics.DownsamplingMatlab(2), shape=(2, 1, 8, 6)),
        Example(lambda: physics.DownsamplingMatlab(3, "bilinear"), shape=(2, 1, 6, 9)),
        Example(lambda: physics.DownsamplingMatlab(1.5, antialiasing=False), shape=(2, 1, 6, 9)),
    ],
    physics.Decolorize: [
        Example(physics.Decolorize, complex=True),
        Example(lambda: physics.Decolorize(random(2, 4)), shape=(2, 4, 3, 4, 2)),
    ],
    physics.Demosaicing: [Example(lambda p=p: physics.Demosaicing(p), complex=True) for p in ("RGGB", "GRBG")],
    physics.Denoising: [Example(lambda: physics.Denoising(noise.GaussianNoise(_LEVELS)), complex=True)],
    physics.FeatureMap: [
        Example(lambda: physics.FeatureMap(_encoder(), "2", random(3), random(3, seed=1, low=0.5))),
        Example(
            lambda: physics.FeatureMap(denoisers.DnCNN(1, width=4, depth=3), "model.2", 0.5, arguments=(0.1,)),
            (2, 1, 6, 5),
        ),
    ],
    physics.Activation: [Example(lambda: physics.Activation(physics.FeatureMap(_encoder(), "2", noise=None), -1))],
    physics.Inpainting: [
        Example(lambda: physics.Inpainting(_SEEN, noise.GaussianNoise(0.1)), complex=True),
        Example(lambda: physics.Inpainting(random(2, 1, 6, 5), noise.PoissonNoise(0.01))),
        Example(lambda: physics.Inpainting(_SEEN[:3, :2]), shape=(2, 1, 4, 3, 2)),
    ],
    physics.PhaseRetrieval: [
        Example(lambda: physics.PhaseRetrieval(physics.BlurFFT(_kernel(3, 3)), noise.PoissonNoise(0.1))),
        Example(
            lambda: physics.PhaseRetrieval(
                physics.CompressedSensing(torch.complex(random(9, 12, low=-1), random(9, 12, seed=5)), (1, 4, 3))
            ),
            shape=(2, 1, 4, 3),
            complex=True,
        ),
    ],
    physics.SpatialUnwrapping: [
        Example(lambda: physics.SpatialUnwrapping(_LEVELS, noise=noise.GaussianNoise(0.1))),
        Example(lambda: physics.SpatialUnwrapping(0.3, "floor")),
    ],
    physics.Stack: [
        Example(
            lambda: physics.stack(
                physics.Decolorize(noise=noise.PoissonNoise(0.01)),
                physics.Inpainting(_SEEN, noise.GaussianNoise(_LEVELS)),
            )
        )
    ],
    physics.Likelihood: [
        Example(lambda: physics.Demosaicing(noise=noise.PoissonGaussianNoise(0.1, 0.1)).likelihood(_Y[:, :1]))
    ],
    physics.GaussianLikelihood: [
        Example(lambda: physics.Decolorize(noise=noise.GaussianNoise(_LEVELS)).likelihood(_Y[:, :1])),
        Example(lambda: physics.Blur(_kernel(3, 3), "reflect").likelihood(_Y)),
    ],
    likelihood.DiagonalLikelihood: [
        Example(lambda: physics.Inpainting(_SEEN, noise.PoissonNoise(_LEVELS)).likelihood(_SEEN * _Y)),
    ],
    count_likelihood.CountLikelihood: [
        Example(lambda: optim.PoissonLikelihood(physics.BlurFFT(_kernel(3, 3)), 20 + 9 * _Y, background=100 * _LEVELS)),
    ],
    count_likelihood.DiagonalCountLikelihood: [
        Example(lambda: optim.PoissonLikelihood(physics.Inpainting(_SEEN), 20 + 9 * _Y, 10 * _LEVELS, 20.0)),
    ],
    semi_orthogonal.SemiOrthogonalLikelihood: [
        Example(lambda: optim.L1(physics.Demosaicing(), _Y[:, :1], _LEVELS), complex=True),
        Example(lambda: optim.PoissonLikelihood(physics.Decolorize(random(2, 3)), _Y[:, :1], _LEVELS)),
    ],
    semi_orthogonal.SemiOrthogonalCountLikelihood: [
        Example(lambda: optim.PoissonLikelihood(physics.Decolorize(), 20 + 9 * _Y[:, :1], background=100 * _LEVELS)),
    ],
    likelihood.LinearLikelihood: [
        Example(lambda: optim.LogPoissonLikelihood(physics.BlurFFT(_kernel(3, 3)), _Y, 500 * _LEVELS, 2.0)),
        Example(lambda: physics.Blur(_kernel(3, 3), "reflect", noise=noise.LaplaceNoise(_LEVELS)).likelihood(_Y)),
    ],
    # preimage.physics.noise
    noise.GaussianNoise: [
        Example(noise.GaussianNoise, complex=True),
        Example(lambda: noise.GaussianNoise(_LEVELS), complex=True),
    ],
    noise.LaplaceNoise: [
        Example(noise.LaplaceNoise, complex=True),
        Example(lambda: noise.LaplaceNoise(_LEVELS), complex=True),
    ],
    noise.LogPoissonNoise: [
        Example(noise.LogPoissonNoise),
        Example(lambda: noise.LogPoissonNoise(500 * _LEVELS, 10 * _LEVELS)),
    ],
    noise.NoNoise: [Example(noise.NoNoise, complex=True)],
    noise.PoissonGaussianNoise: [
        Example(noise.PoissonGaussianNoise),
        Example(lambda: noise.PoissonGaussianNoise(2 * _LEVELS, _LEVELS)),
    ],
    noise.PoissonNoise: [
        Example(noise.PoissonNoise),
        Example(lambda: noise.PoissonNoise(_LEVELS)),
        Example(lambda: noise.PoissonNoise(_LEVELS, background=2 * _LEVELS)),
    ],
    noise.ProximableStackedNoise: [
        Example(lambda: noise.ProximableStackedNoise([noise.GaussianNoise(_LEVELS), noise.LaplaceNoise(0.1)]), parts=2)
    ],
    noise.StackedNoise: [
        Example(
            lambda: noise.StackedNoise([noise.GaussianNoise(_LEVELS), noise.PoissonGaussianNoise(0.1, 0.1)]), parts=2
        )
    ],
    # preimage.physics.generators
    generators.DiffractionBlurGenerator: [Example(lambda: generators.DiffractionBlurGenerator(9))],
    generators.DownsamplingGenerator: [Example(generators.DownsamplingGenerator)],
    generators.GainGenerator: [Example(generators.GainGenerator)],
    generators.GaussianBlurGenerator: [Example(lambda: generators.GaussianBlurGenerator(9))],
    generators.GeneratorMixture: [
        Example(
            lambda: generators.GeneratorMixture(
                [generators.GaussianBlurGenerator(9), generators.MotionBlurGenerator(9)], (1, 2)
            )
        )
    ],
    generators.MotionBlurGenerator: [Example(lambda: generators.MotionBlurGenerator(9))],
    generators.SigmaGenerator: [Example(generators.SigmaGenerator)],
}
