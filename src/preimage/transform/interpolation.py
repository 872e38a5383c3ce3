"""Interpolation kernels: the weight of a sample at distance ``t`` from the point that is asked for, in samples."""

import torch
from torch import Tensor

__all__ = ["cubic", "lanczos", "linear"]


def linear(t: Tensor) -> Tensor:
    """``1 - |t|``, zero from ``|t| = 1`` on.

    Args:
        t: distances in samples, of any shape.
    """
    return (1 - t.abs()).clamp_min(0)


def cubic(t: Tensor) -> Tensor:
    """Cubic convolution with ``a = -1/2``, zero from ``|t| = 2`` on.

    Args:
        t: distances in samples, of any shape.

    Source: Keys, "Cubic convolution interpolation for digital image processing", IEEE TASSP 1981, equation 15.
    """
    t = t.abs()
    near = (1.5 * t - 2.5) * t.square() + 1
    far = ((-0.5 * t + 2.5) * t - 4) * t + 2
    return torch.where(t <= 1, near, torch.where(t <= 2, far, 0))


def lanczos(t: Tensor, lobes: int) -> Tensor:
    """``sinc(t) sinc(t / lobes)``, zero from ``|t| = lobes`` on.

    Args:
        t: distances in samples, of any shape.
        lobes: half of the support, in samples.

    Source: Duchon, "Lanczos filtering in one and two dimensions", J. Appl. Meteorol. 1979.
    """
    return torch.where(t.abs() < lobes, torch.sinc(t) * torch.sinc(t / lobes), 0)
