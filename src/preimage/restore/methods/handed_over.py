"""Two denoisers as one: strong noise is for the one, the rest for the other."""

import dataclasses

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.denoisers import Denoiser, DenoiserWrapper

__all__ = ["HandedOver"]


class HandedOver(DenoiserWrapper):
    """``fine(x, sigma)`` up to the highest level that ``fine`` was made for, ``coarse(x, sigma)`` beyond.

    A diffusion comes from strong noise, which few denoisers know, down to weak noise, which others know better.

    Args:
        coarse: for strong noise.
        fine: for weak noise, of the same channels.

    Shapes: images (B, C, H, W); the level is a float or (B,).
    """

    def __init__(self, coarse: Denoiser, fine: Denoiser) -> None:
        super().__init__(coarse)
        self.fine = fine
        radii = [part.traits.receptive_radius for part in (coarse, fine)]
        self.traits = dataclasses.replace(
            coarse.traits,
            sigma_range=(fine.traits.sigma_range[0], coarse.traits.sigma_range[1]),
            receptive_radius=None if None in radii else max(radius or 0 for radius in radii),
            stride=max(coarse.traits.stride, fine.traits.stride),
        )

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        is_fine = torch.as_tensor(sigma, device=x.device) <= self.fine.traits.sigma_range[1]
        if bool(is_fine.all()):
            return self.fine(x, sigma)
        if not bool(is_fine.any()):
            return self.denoiser(x, sigma)
        return torch.where(per_image(is_fine, x) > 0, self.fine(x, sigma), self.denoiser(x, sigma))
