"""The last word of the measurement on a picture that a network has drawn."""

import torch
from torch import Tensor

from preimage.fidelity import likelihood
from preimage.functional import Proximable
from preimage.physics import LinearPhysics
from preimage.physics.noise import GaussianNoise

__all__ = ["data_step"]

_LEAST = 0.03  # noise, relative to the error of the picture: below, it makes no difference but to rounding


def data_step(x: Tensor, y: Tensor, physics: LinearPhysics, sigma: float) -> Tensor:
    r"""``argmin_u ||A u - y||^2 / sigma^2 + ||u - x||^2 / t^2``: the mean of the picture, given ``x`` and ``y``.

    ``x`` is taken for the picture with white errors of variance ``t^2``. How large they are, the residual tells, which
    is their part and the noise's: ``mean |A x - y|^2 = sigma^2 + t^2 trace(A A^H) / m``. Where it is no more than the
    noise, ``x`` is left as it is.

    Args:
        x: (1, C, H, W).
        y: the measurement, of ``m`` numbers; those that ``A`` gives zero to whatever the picture do not count.
        physics: ``A``.
        sigma: the standard deviation of the noise, >= 0.
    """
    rng = torch.Generator().manual_seed(0)
    count = int((physics.A(torch.rand(x.shape, generator=rng).to(x)) != 0).sum())  # of those that saw anything
    residual = float((physics.A(x) - y).square().sum()) / count
    signs = torch.randint(0, 2, y.shape, generator=rng).to(y) * 2 - 1
    gain = float(physics.A_adjoint(signs).square().sum()) / count  # Hutchinson's estimate of the trace
    variance = (residual - sigma**2) / gain
    if not variance > 0:
        return x
    noise = GaussianNoise(max(sigma, _LEAST * (variance * gain) ** 0.5))
    f = likelihood(physics.replace(noise=noise), y)
    assert isinstance(f, Proximable)  # as that of every linear physics with Gaussian noise
    return f.prox(x, variance)
