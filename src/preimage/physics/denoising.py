"""The identity."""

import torch
from torch import Tensor

from preimage._shapes import check_float
from preimage.physics.spectral import SpectralPhysics

__all__ = ["Denoising"]


class Denoising(SpectralPhysics):
    """``A x = x``: the image is only noisy."""

    def spectrum(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """One."""
        return torch.ones((), dtype=dtype)

    def A(self, x: Tensor) -> Tensor:
        """``x``."""
        check_float(x)
        return x

    def measured(self, y: Tensor) -> None:
        """Every entry."""

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``y``."""
        check_float(y, "y")
        return y
