"""The identity."""

import torch
from torch import Tensor

from preimage._shapes import check_float
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.operator.structure import Diagonal
from preimage.transform import Pixels

__all__ = ["Denoising"]


class Denoising(LinearPhysics):
    """``A x = x``: the image is only noisy.

    Source: the definition.
    """

    def diagonal(self, like: Tensor) -> Diagonal:
        """The identity, in the basis of the pixels."""
        return Diagonal(Pixels(), Pixels(), lambda: torch.ones((), dtype=like.real.dtype, device=like.device))

    def A(self, x: Tensor) -> Tensor:
        """``x``."""
        check_float(x)
        return x

    def seen(self, y: Tensor) -> None:
        """Every entry of the measurement is measured."""

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``y``."""
        check_float(y, "y")
        return y
