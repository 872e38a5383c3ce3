"""Super-resolution by attention among the pixels of windows."""

import math
from collections.abc import Sequence
from typing import Literal, get_args

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._ranges import check_count
from preimage._tree import Measurement
from preimage.denoisers.blocks.swin import SwinTrunk, swin_trunk, through_trunk
from preimage.errors import ArgumentError
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor

__all__ = ["Enlargement", "SwinIRUpscaler"]

Enlargement = Literal["pixelshuffle", "pixelshuffledirect", "nearest+conv"]

_WIDTH = 64  # of the features that are enlarged
_MEAN = (0.4488, 0.4371, 0.4040)  # of the photographs of DIV2K


class SwinIRUpscaler(Reconstructor):
    """A larger image from a small one: the trunk of :class:`preimage.denoisers.SwinIR`, then enlargement.

    The network is blind: what blurred and sampled the image is not asked of ``physics``. Published are ``"classical"``
    networks for bicubic decimation (the defaults), small ones (``SwinIRUpscaler(factor, width=60, depths=(6,) * 4,
    heads=(6,) * 4, enlargement="pixelshuffledirect")``), and ones for real photographs (``enlargement="nearest+conv"``;
    the large one has ``width=240, depths=(6,) * 9, heads=(8,) * 9``, and three convolutions where others have one).
    Layer names are those of their checkpoints. Sizes that are no multiple of 8 are continued by their last pixels.

    Args:
        factor: how many times larger each side becomes: a power of two or 3; 2 or 4 for ``"nearest+conv"``.
        width: feature channels, a multiple of each number of heads.
        depths: layers of each group.
        heads: the number of them in each group.
        enlargement: how the image becomes larger: by convolutions whose channels are put side by side, many or one, or
            by repeated pixels, each time with a convolution.
        is_large: three convolutions at the end of each group.

    Shapes: ``y`` (B, 3, H, W); the result is (B, 3, factor H, factor W).

    Raises:
        ArgumentError: a number is out of its range, or there is no such enlargement.

    Source: Liang, Cao, Sun, Zhang, Van Gool, Timofte, "SwinIR: image restoration using Swin transformer", ICCV
    workshops 2021.
    """

    def __init__(
        self,
        factor: int = 4,
        width: int = 180,
        depths: Sequence[int] = (6, 6, 6, 6, 6, 6),
        heads: Sequence[int] = (6, 6, 6, 6, 6, 6),
        enlargement: Enlargement = "pixelshuffle",
        is_large: bool = False,
    ) -> None:
        super().__init__()
        if enlargement not in get_args(Enlargement):
            raise ArgumentError(
                f"`enlargement` must be one of {', '.join(get_args(Enlargement))}, got {enlargement!r}; choose one."
            )
        check_count("factor", factor, "4 is published")
        known = (2, 4) if enlargement == "nearest+conv" else (2, 3, 4, 8)
        if factor not in known:
            raise ArgumentError(
                f"`factor` must be one of {known} for {enlargement}, got {factor}; apply it twice for 16."
            )
        self.factor = factor
        self.width = width
        self.depths = tuple(depths)
        self.heads = tuple(heads)
        self.enlargement = enlargement
        self.is_large = is_large
        self.conv_first = nn.Conv2d(3, width, 3, padding=1)
        self.patch_embed, self.layers, self.norm, self.conv_after_body = swin_trunk(
            width, depths, heads, 8, 3 if is_large else 1
        )
        if enlargement == "pixelshuffledirect":
            self.upsample = nn.Sequential(nn.Conv2d(width, 3 * factor**2, 3, padding=1), nn.PixelShuffle(factor))
            return
        self.conv_before_upsample = nn.Sequential(nn.Conv2d(width, _WIDTH, 3, padding=1), nn.LeakyReLU())
        if enlargement == "pixelshuffle":
            self.upsample = _shuffling(factor)
        else:
            for number in range(1, 1 + int(math.log2(factor))):
                self.add_module(f"conv_up{number}", nn.Conv2d(_WIDTH, _WIDTH, 3, padding=1))
            self.conv_hr = nn.Conv2d(_WIDTH, _WIDTH, 3, padding=1)
        self.conv_last = nn.Conv2d(_WIDTH, 3, 3, padding=1)

    def forward(self, y: Measurement, physics: Physics | None = None) -> Tensor:
        """The enlarged image of each sample of ``y``."""
        if not y.numel():
            return y.new_zeros((*y.shape[:2], *(self.factor * side for side in y.shape[2:])))
        height, width = y.shape[2:]
        whole = self._whole(F.pad(y, (0, -width % 8, 0, -height % 8), mode="replicate"))
        return whole[..., : self.factor * height, : self.factor * width].contiguous()

    def _whole(self, y: Tensor) -> Tensor:
        mean = torch.tensor(_MEAN, dtype=y.dtype, device=y.device)[:, None, None]
        trunk = SwinTrunk(self.patch_embed, self.layers, self.norm, self.conv_after_body)
        features = through_trunk(trunk, self.conv_first(y - mean))
        if self.enlargement == "pixelshuffledirect":
            return self.upsample(features) + mean
        features = self.conv_before_upsample(features)
        if self.enlargement == "pixelshuffle":
            return self.conv_last(self.upsample(features)) + mean
        for name in ("conv_up1", "conv_up2")[: int(math.log2(self.factor))]:
            larger = F.interpolate(features, scale_factor=2, mode="nearest")
            features = F.leaky_relu(self.get_submodule(name)(larger), 0.2)
        return self.conv_last(F.leaky_relu(self.conv_hr(features), 0.2)) + mean


def _shuffling(factor: int) -> nn.Sequential:
    """Doublings, or one tripling."""
    each = [3] if factor == 3 else [2] * int(math.log2(factor))
    parts = [(nn.Conv2d(_WIDTH, _WIDTH * times**2, 3, padding=1), nn.PixelShuffle(times)) for times in each]
    return nn.Sequential(*(layer for pair in parts for layer in pair))
