"""Random parameters of forward models, operators that only copy, errors of images."""

from collections.abc import Callable

import torch

from kernel_rows import Row

__all__ = ["ROWS"]

Call = Callable[[], object]


def motion() -> Call:
    from preimage.physics.generators import MotionBlurGenerator

    generator, rng = MotionBlurGenerator(31), torch.Generator().manual_seed(0)
    return lambda: generator(64, rng)


def diffraction() -> Call:
    from preimage.physics.generators import DiffractionBlurGenerator

    generator, rng = DiffractionBlurGenerator(31), torch.Generator().manual_seed(0)
    return lambda: generator(64, rng)


def mosaic() -> Call:
    from preimage.physics import Demosaicing

    physics, x = Demosaicing(), torch.rand(4, 3, 256, 256)
    return lambda: physics.A(x)


def mosaic_adjoint() -> Call:
    from preimage.physics import Demosaicing

    physics, y = Demosaicing(), torch.rand(4, 1, 256, 256)
    return lambda: physics.A_adjoint(y)


def psnr() -> Call:
    from preimage.metric import PSNR

    metric, a, b = PSNR(), torch.rand(4, 3, 256, 256), torch.rand(4, 3, 256, 256)
    return lambda: metric(a, b)


ROWS = [
    Row("64 motion kernels of 31x31", 0.03, motion),
    Row("64 diffraction kernels of 31x31", 0.4, diffraction),
    Row("Demosaicing: A of 4x3x256x256", 0.2, mosaic),
    Row("Demosaicing: adjoint of 4x1x256x256", 0.2, mosaic_adjoint),
    Row("PSNR of 4x3x256x256", 0.3, psnr),
]
