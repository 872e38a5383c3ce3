"""FFDNet: a noise-conditioned chain of convolutions at half resolution."""

import torch.nn.functional as F
from torch import Tensor

from preimage.denoisers.base import Denoiser, Traits, with_noise_map
from preimage.denoisers.blocks import channels_last, channels_last_, conv_chain

__all__ = ["FFDNet"]


class FFDNet(Denoiser):
    """A chain of 3x3 convolutions on the four half-resolution phases of the image and a map of ``sigma``.

    The network gives the clean image itself, not the noise. Odd sizes are replicate-padded by one inside. Layer names
    are those of the published checkpoints (``model.0``, ``model.2`` ...).

    Args:
        channels: image channels, 1 for grey and 3 for colour.
        width: feature channels; 64 in the published grey network and 96 in the colour one.
        depth: convolutions; 15 in the published grey network and 12 in the colour one.

    Shapes: ``x`` (B, channels, H, W), ``sigma`` a float or (B,); the result is like ``x``.

    Source: Zhang, Zuo, Zhang, "FFDNet: toward a fast and flexible solution for CNN-based image denoising", TIP 2018.
    """

    def __init__(self, channels: int = 1, width: int = 64, depth: int = 15) -> None:
        super().__init__()
        self.channels = channels
        self.width = width
        self.depth = depth
        # Each convolution reaches two pixels at full resolution, and a phase sits up to one pixel off its cell.
        self.traits = Traits(channels, (0.0, 75 / 255), receptive_radius=2 * depth + 1, stride=2)
        self.model = channels_last_(conv_chain(4 * channels + 1, 4 * channels, width, [1] * depth))

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        if not len(x):
            return x.clone()  # of which the phases below would have the wrong number of channels
        height, width = x.shape[-2:]
        padded = F.pad(x, (0, width % 2, 0, height % 2), mode="replicate")
        phases = F.pixel_unshuffle(padded, 2)
        clean = self.model(channels_last(with_noise_map(phases, sigma)))
        return F.pixel_shuffle(clean, 2)[..., :height, :width].contiguous()
