"""Which physics a model of patches can invert, and how it sees them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.errors import CapabilityError
from preimage.physics import Demosaicing, Denoising, GaussianNoise, Inpainting, NoNoise, Physics

__all__ = ["Seen", "measured"]


@dataclass(frozen=True)
class Seen:
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
        """``estimate``, with exact samples in their place."""
        if not self.exact:
            return estimate
        return self.image if self.mask is None else torch.where(self.mask > 0, self.image, estimate)


def measured(y: Tensor, physics: Physics, lowest: float) -> Seen:
    """What ``y`` says of the image.

    Args:
        lowest: the least level a model may be asked for where pixels are missing: with thresholds of zero, nothing
            would tell it what they are.

    Raises:
        CapabilityError: the physics is neither the identity nor a mask, or its noise is not white and Gaussian.
    """
    noise = physics.noise
    if not isinstance(noise, (GaussianNoise, NoNoise)):
        raise CapabilityError(
            f"`physics` must have Gaussian noise or none, got {type(noise).__name__}; transform the measurement first."
        )
    sigma = noise.sigma if isinstance(noise, GaussianNoise) else 0.0
    level, exact = per_image(sigma, y).reshape(-1), isinstance(noise, NoNoise)
    if isinstance(physics, Denoising):
        return Seen(y, level, None, exact)
    if isinstance(physics, Demosaicing):
        mask = physics.mask(y)
        return Seen(physics.A_adjoint(y), level.clamp_min(lowest), mask, exact)
    if isinstance(physics, Inpainting):
        mask = physics.diagonal(y).s
        if bool(((mask == 0) | (mask == 1)).all()):
            return Seen(y * mask, level.clamp_min(lowest), mask, exact)
    raise CapabilityError(
        f"`physics` must be Denoising, Demosaicing or Inpainting with a mask of zeros and ones, got "
        f"{type(physics).__name__}; use the model as the denoiser of a plug-and-play prior."
    )
