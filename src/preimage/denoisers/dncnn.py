"""DnCNN: a plain residual network for one noise level."""

from torch import Tensor

from preimage._ranges import check_level
from preimage.denoisers.base import Denoiser, Traits
from preimage.denoisers.blocks import channels_last, channels_last_, conv_chain

__all__ = ["DnCNN"]


class DnCNN(Denoiser):
    """``D(x) = x - net(x)`` with a chain of 3x3 convolutions, trained for one noise level.

    The network never sees ``sigma``: it removes the noise it was trained on, and its traits say which. Batch
    normalisation is merged into the convolutions, as in the published checkpoints (``model.0``, ``model.2`` ...).

    Args:
        channels: image channels, 1 for grey and 3 for colour.
        width: feature channels.
        depth: convolutions; 17 in the published network for one level, 20 in the blind ones.
        sigma: the noise level it is for, image units, >= 0.

    Shapes: ``x`` (B, channels, H, W); the result is like ``x``.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Zhang, Zuo, Chen, Meng, Zhang, "Beyond a Gaussian denoiser: residual learning of deep CNN for image
    denoising", TIP 2017.
    """

    def __init__(self, channels: int = 1, width: int = 64, depth: int = 17, sigma: float = 25 / 255) -> None:
        super().__init__()
        check_level("sigma", sigma, "25 / 255 is the default", zero=True)
        self.channels = channels
        self.width = width
        self.depth = depth
        self.sigma = sigma
        self.traits = Traits(channels, (sigma, sigma), receptive_radius=depth)
        self.model = channels_last_(conv_chain(channels, channels, width, [1] * depth))

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``; ``sigma`` is not used."""
        return x - self.model(channels_last(x))
