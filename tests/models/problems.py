"""Small linear problems and networks for the unrolled models."""

import torch

from preimage.denoisers import DnCNN
from preimage.denoisers.blocks import conv_chain
from preimage.physics import GaussianNoise
from tests.optim import problems

PIXELS, ROWS = 12, 9


class Dense(problems.Dense):
    """One whose complex matrix takes real images, too."""

    def A(self, x):
        return super().A(x.to(self.matrix.dtype))


def normal(*shape, seed=0, dtype=torch.float64):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def dense(dtype=torch.float64):
    """A random matrix on images (B, 1, 1, 12), and measurements of two of them."""
    physics = Dense(normal(ROWS, PIXELS, dtype=dtype), GaussianNoise(0.3))
    return physics, normal(2, ROWS, seed=1, dtype=dtype)


def made(make, seed=0):
    """``make()`` with its random weights drawn from ``seed``, in float64."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return make().double()


def chain(channels, seed=0):
    return made(lambda: conv_chain(channels, channels, 4, [1, 1]), seed)


def denoiser(channels, seed=0):
    return made(lambda: DnCNN(channels, 4, 2), seed)
