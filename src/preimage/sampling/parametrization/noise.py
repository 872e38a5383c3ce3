"""Networks that predict the noise."""

import torch
from torch import Tensor, nn

from preimage._shapes import per_image
from preimage.denoisers import Denoiser, Traits
from preimage.errors import ArgumentError

__all__ = ["NoisePrediction", "time_of"]


class NoisePrediction(Denoiser):
    """``D(x, sigma) = x - sigma e`` with the noise ``e = network(x / sqrt(1 + sigma^2), t)`` that a network predicts.

    ``t`` is the place of ``sigma`` in the levels of the training, a fraction between two of them; the networks of DDPM
    count from 0.

    Args:
        network: maps images ``a x0 + b n`` with ``a^2 + b^2 = 1`` and times (B,) to the noise ``n``. Where it gives
            more channels than the image has (a variance), the first count.
        sigmas: the levels at t = 0, 1, ..., rising, (T,); :func:`ddpm_sigmas` has those of DDPM.

    Raises:
        ArgumentError: the levels do not rise.

    Source: Ho, Jain, Abbeel, NeurIPS 2020.
    """

    def __init__(self, network: nn.Module, sigmas: Tensor) -> None:
        super().__init__()
        if sigmas.ndim != 1 or len(sigmas) < 2 or not bool((sigmas.diff() > 0).all()):
            raise ArgumentError(
                f"`sigmas` must rise from one to the next, got {tuple(sigmas.shape)}; use ddpm_sigmas()."
            )
        self.network = network
        self.sigmas = sigmas
        self.traits = Traits(sigma_range=(0.0, float(sigmas[-1])))

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The mean of the image behind ``x``."""
        level = per_image(sigma, x)
        time = time_of(self.sigmas, level.flatten()).expand(len(x)).to(x.dtype)
        noise = self.network(x / (1 + level.square()).sqrt(), time)[:, : x.shape[1]]
        return x - level * noise


def time_of(sigmas: Tensor, level: Tensor) -> Tensor:
    """The place of each level in the rising ``sigmas``, by straight lines between logarithms; inside the table."""
    table, asked = sigmas.double().log(), level.double().clamp_min(1e-12).log().clamp(sigmas[0].log(), sigmas[-1].log())
    right = torch.searchsorted(table, asked).clamp(1, len(table) - 1)
    left = right - 1
    return left + (asked - table[left]) / (table[right] - table[left])
