"""Missing pixels."""

import torch
from torch import Tensor

from preimage.physics.noise import Noise
from preimage.physics.spectral import SpectralPhysics

__all__ = ["Inpainting"]


class Inpainting(SpectralPhysics):
    """``A x = mask * x``: missing pixels are zero in the measurement.

    Noise is added to every pixel by default laws, missing ones included; reconstructions read only those seen.

    Args:
        mask: one where a pixel is seen, zero where it is missing (any weight is allowed), broadcastable to the image:
            (H, W), (1 or C, H, W) or (1 or B, 1 or C, H, W). Boolean masks are converted.
    """

    def __init__(self, mask: Tensor, noise: Noise | None = None) -> None:
        super().__init__(noise)
        mask = mask.to(torch.get_default_dtype()) if mask.dtype == torch.bool else mask
        self.mask = mask.reshape((1,) * (4 - mask.ndim) + tuple(mask.shape))

    def spectrum(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """The mask."""
        return self.mask.to(dtype)
