"""Pictures of other exposures and white balances."""

import torch
from torch import Tensor

__all__ = ["exposed"]


def exposed(x: Tensor, rng: torch.Generator, exposure: float = 0.6, balance: float = 0.15) -> Tensor:
    """Images (B, C, H, W) in [0, 1] as another exposure and another white balance would have made them, clipped.

    Args:
        x: the images.
        rng: the generator of all random numbers.
        exposure: the factor of all channels is ``2^e`` with a uniform ``e`` from ``-2 exposure`` to ``exposure``.
        balance: each channel has a factor of its own, ``2^b``, with a uniform ``b`` up to ``balance`` on both sides.
    """
    shares = torch.rand(x.shape[0], 1 + x.shape[1], 1, 1, generator=rng)
    factor = 2 ** (exposure * (3 * shares[:, :1] - 2) + balance * (2 * shares[:, 1:] - 1))
    return (x * factor).clamp(0, 1)
