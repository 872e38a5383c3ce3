"""Points that are kept back by a density, as self-supervised MRI does."""

import torch
from torch import Tensor

from preimage._ranges import check_interval, check_level
from preimage.errors import ArgumentError
from preimage.physics.parameters.splitting.base import SplittingMaskGenerator, draw_uniforms, require_shape

__all__ = ["GaussianSplittingMaskGenerator"]


class GaussianSplittingMaskGenerator(SplittingMaskGenerator):
    """A share ``1 - ratio`` of what is measured is kept back, with chances that fall as a Gaussian from the centre.

    The share is of the measured pixels, counted; they are drawn without replacement. A block around the centre, which
    holds the most of the image, is always kept. All channels (and frames) of a pixel are kept or not together; a pixel
    counts as measured where any of them is.

    Args:
        ratio: share of the measured pixels that is kept, in [0, 1].
        std: standard deviation of the Gaussian in units of the height and of the width, > 0.
        center: height and width of the block that is always kept, >= 0.

    Shapes: ``mask`` (B, *shape), of shape (C, H, W) or (C, T, H, W).

    Raises:
        ArgumentError: a number is out of its range.
        ShapeError: the shape has fewer than two axes, or an empty one.

    Source: Yaman et al., "Self-supervised learning of physics-guided reconstruction neural networks without fully
    sampled reference data", Magnetic Resonance in Medicine 84, 2020; drawn by the random keys of Efraimidis and
    Spirakis, 2006.
    """

    def __init__(
        self, shape: tuple[int, ...], ratio: float = 0.6, std: float = 0.25, center: tuple[int, int] = (4, 4)
    ) -> None:
        super().__init__(shape)
        require_shape(shape, 2)
        check_interval("ratio", ratio, "[0, 1]", "it is the share that is kept")
        check_level("std", std, "0.25 is a quarter of the width")
        if min(center) < 0:
            raise ArgumentError(f"`center` must be at least 0, got {center}; give a height and a width in pixels.")
        self.ratio = ratio
        self.std = std
        self.center = center

    def kept(self, mask: Tensor, rng: torch.Generator | None) -> Tensor:
        """All but the pixels with the largest keys ``log(u) / density``, among those measured outside of the block."""
        height, width = self.shape[-2:]
        seen = (mask != 0).flatten(1, -3).any(1) if mask.ndim > 3 else mask != 0
        seen = seen.flatten(1)
        rows, columns = (torch.arange(n, dtype=torch.float32, device=mask.device) - n // 2 for n in (height, width))
        exponent = (rows[:, None] / (self.std * height)).square() + (columns / (self.std * width)).square()
        inside = [(k >= -(n // 2)) & (k < n - n // 2) for k, n in zip((rows, columns), self.center, strict=True)]
        block = (inside[0][:, None] & inside[1]).flatten()
        # log(log(1 / u) / density): the smallest are the largest keys, and nothing underflows far from the centre.
        u = draw_uniforms((len(mask), height * width), mask, rng).clamp_min(1e-12)
        keys = (-u.log()).log() + exponent.flatten() / 2
        keys = torch.where(seen & ~block, keys, torch.inf)
        missing = torch.round((1 - self.ratio) * seen.sum(1)).long()
        missing = torch.minimum(missing, (seen & ~block).sum(1))
        most = int(missing.max()) if len(missing) else 0
        if most == 0:
            return torch.ones_like(keys, dtype=torch.bool).view(len(mask), *(1,) * (mask.ndim - 3), height, width)
        smallest = keys.topk(most, 1, largest=False, sorted=bool((missing != most).any()))
        back = torch.arange(most, device=mask.device) < missing[:, None]
        taken = torch.ones_like(keys, dtype=torch.bool).scatter_(1, smallest.indices, ~back)
        return taken.view(len(mask), *(1,) * (mask.ndim - 3), height, width)
