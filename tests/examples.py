"""One or more small instances of every public class that has a contract: the contract test drives each of them.

Adding a class takes one line of ``EXAMPLES``: how to make it and, where it is not the default, the shape of its images.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage import denoisers, functional, optim, physics
from preimage.physics import generators, noise


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


def _gaussian(operator: physics.LinearPhysics) -> functional.Smooth:
    return operator.replace(noise=noise.GaussianNoise(_LEVELS)).likelihood(_Y)


# Classes meant to be derived from, which have no instances of their own.
ABSTRACT: set[type] = {
    denoisers.Denoiser,
    functional.LinearlyComposed,
    functional.LipschitzSmooth,
    functional.Proximable,
    functional.Smooth,
    generators.ParameterGenerator,
    noise.Noise,
    noise.ProximableNoise,
    physics.LinearPhysics,
    physics.Physics,
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
    denoisers.FFDNet: [Example(lambda: denoisers.FFDNet(1, width=4, depth=3), shape=(2, 1, 9, 31))],
    denoisers.IRCNN: [Example(lambda: denoisers.IRCNN(3, width=4), shape=(2, 3, 9, 37))],
    denoisers.IRCNNBank: [Example(lambda: denoisers.IRCNNBank(3, width=4, levels=25), shape=(2, 3, 9, 37))],
    # preimage.optim
    optim.PnP: [Example(lambda: optim.PnP(denoisers.FFDNet(3, width=4, depth=3), weight=_LEVELS))],
    # preimage.physics
    physics.Decolorize: [
        Example(physics.Decolorize, complex=True),
        Example(lambda: physics.Decolorize(random(2, 4)), shape=(2, 4, 3, 4, 2)),
    ],
    physics.Demosaicing: [Example(lambda p=p: physics.Demosaicing(p), complex=True) for p in ("RGGB", "GRBG")],
    physics.Denoising: [Example(lambda: physics.Denoising(noise.GaussianNoise(_LEVELS)), complex=True)],
    physics.Inpainting: [
        Example(lambda: physics.Inpainting(_SEEN, noise.GaussianNoise(0.1)), complex=True),
        Example(lambda: physics.Inpainting(random(2, 1, 6, 5), noise.PoissonNoise(0.01))),
        Example(lambda: physics.Inpainting(_SEEN[:3, :2]), shape=(2, 1, 4, 3, 2)),
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
        Example(lambda: _gaussian(physics.Inpainting(_SEEN))),
        Example(lambda: physics.Decolorize().likelihood(_Y[:, :1])),
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
    noise.NoNoise: [Example(noise.NoNoise, complex=True)],
    noise.PoissonGaussianNoise: [
        Example(noise.PoissonGaussianNoise),
        Example(lambda: noise.PoissonGaussianNoise(2 * _LEVELS, _LEVELS)),
    ],
    noise.PoissonNoise: [Example(noise.PoissonNoise), Example(lambda: noise.PoissonNoise(_LEVELS))],
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
