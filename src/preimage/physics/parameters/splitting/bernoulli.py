"""Entries that are kept independently of each other."""

import torch
from torch import Tensor

from preimage.physics.parameters.splitting.base import SplittingMaskGenerator, draw_uniforms, require_ratio

__all__ = ["BernoulliSplittingMaskGenerator"]


class BernoulliSplittingMaskGenerator(SplittingMaskGenerator):
    """Every pixel is kept with the probability ``ratio``, independently of the others.

    Args:
        ratio: share that is kept, in [0, 1], or a range (low, high) in which every mask has a share of its own.
        pixelwise: whether all channels of a pixel are kept or not together.

    Shapes: ``mask`` (B, *shape), of shape (C, ...) or, unless ``pixelwise``, any.

    Raises:
        ArgumentError: the ratio lies outside of [0, 1].
        ShapeError: the shape is empty.

    Source: Krull et al., "Noise2Void", CVPR 2019; Hendriksen et al., "Noise2Inverse", IEEE TCI 2020.
    """

    def __init__(
        self, shape: tuple[int, ...], ratio: float | tuple[float, float] = 0.9, pixelwise: bool = True
    ) -> None:
        super().__init__(shape)
        require_ratio(ratio)
        self.ratio = ratio
        self.pixelwise = pixelwise

    def kept(self, mask: Tensor, rng: torch.Generator | None) -> Tensor:
        """Independent of ``mask``."""
        sizes = (1, *self.shape[1:]) if self.pixelwise else tuple(self.shape)
        count = torch.Size(sizes).numel()
        if not isinstance(self.ratio, tuple):
            return draw_uniforms((len(mask), *sizes), mask, rng) < self.ratio
        u = draw_uniforms((len(mask), count + 1), mask, rng)  # one more for each, so that no image moves another's
        low, high = self.ratio
        return (u[:, 1:] < low + (high - low) * u[:, :1]).view(len(mask), *sizes)
