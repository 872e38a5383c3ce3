"""Measurements that a model of patches can restore: images with missing pixels."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.errors import CapabilityError
from preimage.fidelity import Measured
from preimage.physics import Physics

__all__ = ["MaskedImage", "masked_image"]


@dataclass(frozen=True)
class MaskedImage:
    """A measurement as an image with a mask.

    Attributes:
        image: (B, C, H, W), zero where nothing was measured.
        level: standard deviation of the noise at which to restore it, (B,) or (1,).
        mask: one where it was measured, like ``image`` or (1, C, H, W); ``None`` where everything was.
        exact: whether the measurement has no noise.
    """

    image: Tensor
    level: Tensor
    mask: Tensor | None
    exact: bool

    def kept(self, estimate: Tensor) -> Tensor:
        """``estimate``, with measurements without noise in their place."""
        if not self.exact:
            return estimate
        return self.image if self.mask is None else torch.where(self.mask > 0, self.image, estimate)


def masked_image(y: Tensor, physics: Physics, lowest: float) -> MaskedImage:
    """Write the measurement ``y`` as an image with a mask.

    Args:
        lowest: the least level a model may be asked for where pixels are missing: with thresholds of zero, nothing
            would tell it what they are.

    Raises:
        CapabilityError: the physics is neither the identity nor a mask, or its noise is not white and Gaussian.
    """
    noise = physics.noise
    sigma = noise.gaussian_sigma
    if sigma is None:
        raise CapabilityError(
            f"`physics` must have Gaussian noise or none, got {type(noise).__name__}; transform the measurement first."
        )
    seen = Measured.of(physics, y).pixels()
    if seen is None:
        raise CapabilityError(
            f"`physics` must be Denoising, Demosaicing or Inpainting with a mask of zeros and ones, got "
            f"{type(physics).__name__}; use the model as the denoiser of a plug-and-play prior."
        )
    (image, mask), level = seen, per_image(sigma, y).reshape(-1)
    if bool(mask.all()):
        return MaskedImage(image, level, None, noise.is_absent)
    return MaskedImage(image, level.clamp_min(lowest), mask, noise.is_absent)
