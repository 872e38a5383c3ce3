"""From colour to grey."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage._shapes import check_float
from preimage.errors import ShapeError
from preimage.kernels.pointwise.mixture import mix_channels
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.operator.structure import Diagonal
from preimage.transform import Pixels

__all__ = ["Decolorize"]


class Decolorize(LinearPhysics):
    """``A x = sum_c weights_c x_c``: a weighted sum of the channels. ``A A^H = ||weights||^2 I``.

    Args:
        weights: the weights of the channels, numbers or a tensor of shape (C,) or (B, C); by default the luma of red,
            green and blue of ITU-R BT.601.

    Shapes: ``x`` (B, C, H, W) or (B, C, D, H, W); ``y`` the same with one channel.

    Raises:
        ShapeError: the image, in a call, has other channels than the weights.

    Source: ITU-R BT.601, section 2.5.1.
    """

    def __init__(self, weights: Sequence[float] | Tensor = (0.299, 0.587, 0.114), noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.weights = weights

    def _weights(self, like: Tensor) -> Tensor:
        """(1 or B, C, 1, 1), with the dtype and device of ``like``."""
        weights = torch.as_tensor(self.weights, dtype=like.real.dtype, device=like.device)
        return weights.reshape(-1, weights.shape[-1], *(1,) * (like.ndim - 2))

    def A(self, x: Tensor) -> Tensor:
        """``sum_c weights_c x_c``."""
        check_float(x)
        weights = self.weights
        channels = weights.shape[-1] if isinstance(weights, Tensor) else len(weights)
        if x.shape[1] != channels:
            raise ShapeError(f"`x` must have {channels} channels, got {x.shape[1]}; give one weight a channel.")
        return mix_channels(x, self._weights(x).flatten(1) if isinstance(weights, Tensor) else weights)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``weights * y``."""
        check_float(y, "y")
        return self._weights(y) * y

    def seen(self, y: Tensor) -> None:
        """Every entry of the measurement is measured."""

    def outer_diagonal(self, like: Tensor) -> Diagonal:
        """``||weights||^2``."""
        return Diagonal(Pixels(), Pixels(), lambda: self._weights(like).square().sum(1, keepdim=True))
