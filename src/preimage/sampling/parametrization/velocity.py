"""Networks that predict a velocity."""

import torch
from torch import Tensor, nn

from preimage._shapes import per_image
from preimage.denoisers import Denoiser
from preimage.sampling.parametrization.noise import time_of

__all__ = ["FlowPrediction", "VelocityPrediction"]


class FlowPrediction(Denoiser):
    """``D = z - t v`` with ``z = x / (1 + sigma)``, ``t = sigma / (1 + sigma)``, and ``v = network(z, t)``.

    ``z = (1 - t) x0 + t n`` is the straight path of flow matching (rectified flow), ``v`` its velocity ``n - x0``.

    Args:
        network: maps ``z`` and times (B,) in [0, 1], 1 being noise, to the velocity.

    Source: Lipman et al., "Flow matching for generative modeling", ICLR 2023; Liu, Gong, Liu, "Flow straight and fast",
    ICLR 2023.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The mean of the image behind ``x``."""
        level = per_image(sigma, x)
        z, t = x / (1 + level), level / (1 + level)
        return z - t * self.network(z, t.flatten().expand(len(x)))


class VelocityPrediction(Denoiser):
    """``D = a z - b v`` with ``a = 1 / sqrt(1 + sigma^2)``, ``b = sigma a``, ``z = a x``, and ``v = network(z, t)``.

    ``v = a n - b x0`` is what networks with "v-prediction" give.

    Args:
        network: maps ``z = a x0 + b n`` and times (B,) to ``v``.
        sigmas: the levels at t = 0, 1, ..., rising, (T,).

    Source: Salimans, Ho, "Progressive distillation", ICLR 2022, appendix D.
    """

    def __init__(self, network: nn.Module, sigmas: Tensor) -> None:
        super().__init__()
        self.network = network
        self.sigmas = sigmas

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The mean of the image behind ``x``."""
        level = per_image(sigma, x)
        a = torch.rsqrt(1 + level.square())
        time = time_of(self.sigmas, level.flatten()).expand(len(x)).to(x.dtype)
        return a * (a * x) - level * a * self.network(a * x, time)
