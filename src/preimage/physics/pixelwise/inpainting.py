"""Missing pixels."""

import torch
from torch import Tensor

from preimage._shapes import check_float
from preimage.errors import ShapeError
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.operator.structure import Diagonal
from preimage.transform import Pixels
from preimage.transform.fourier import narrowed, widened

__all__ = ["Inpainting"]


class Inpainting(LinearPhysics):
    """``A x = mask * x``: missing pixels are zero in the measurement.

    Noise is added to every pixel by default laws, missing ones included; reconstructions, the adjoint and the solves
    read only those seen: the others may hold anything, NaN too.

    Args:
        mask: one where a pixel is seen, zero where it is missing (any real weight is allowed), broadcastable to the
            image: (H, W), (1 or C, H, W), or of the rank of the image with 1 or B in front. Boolean and integer masks
            are converted.

    Shapes: ``x`` (B, C, H, W) or (B, C, D, H, W); ``y`` is like it.

    Raises:
        ShapeError: the mask has fewer than two or more than five dimensions, is complex, or does not fit the image.

    Source: the definition.
    """

    def __init__(self, mask: Tensor, noise: Noise | None = None) -> None:
        super().__init__(noise)
        if mask.is_complex() or not 2 <= mask.ndim <= 5:
            raise ShapeError(
                f"`mask` must be real with 2 to 5 dimensions, got {mask.dtype} {tuple(mask.shape)}; give (H, W) or the "
                "shape of the image."
            )
        mask = mask if mask.is_floating_point() else mask.to(torch.get_default_dtype())
        self.mask = mask.reshape((1,) * (4 - mask.ndim) + tuple(mask.shape))

    def A(self, x: Tensor) -> Tensor:
        """``mask * x``."""
        check_float(x)
        wide = widened(x)
        return narrowed(self._mask_of(wide) * wide, x)

    def diagonal(self, like: Tensor) -> Diagonal:
        """``diag(mask)``, in the basis of the pixels."""
        return Diagonal(Pixels(), Pixels(), lambda: self._mask_of(like))

    def _mask_of(self, like: Tensor) -> Tensor:
        mask, shape = self.mask, tuple(like.shape)
        if mask.ndim < len(shape) and mask.shape[:2] == (1, 1):
            mask = mask[None]
        if mask.ndim != len(shape) or any(m not in (1, n) for m, n in zip(mask.shape, shape, strict=True)):
            raise ShapeError(
                f"`mask` must broadcast to the image {shape}, got {tuple(self.mask.shape)}; give one mask for all "
                "images or one each, of their size."
            )
        return mask.to(like.device, like.real.dtype)
