"""What excites a unit of a network."""

from torch import Tensor

from preimage.errors import ArgumentError
from preimage.functional import AutodiffSmooth
from preimage.physics import FeatureMap

__all__ = ["Activation"]


class Activation(AutodiffSmooth):
    r"""``f(x) = -mean_p A(x)[channel, p]``: small where a channel of a layer responds, on average over positions ``p``.

    Args:
        features: ``A``, with outputs (B, C, ...).
        channel: from 0; negative ones count from the last.

    Raises:
        ArgumentError: there is no such channel.

    Source: Simonyan, Vedaldi, Zisserman, "Deep inside convolutional networks", ICLR workshop 2014.
    """

    def __init__(self, features: FeatureMap, channel: int) -> None:
        super().__init__()
        self.features = features
        self.channel = channel

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        output = self.features.A(x)
        channels = output.shape[1] if output.ndim > 1 else 0
        if not -channels <= self.channel < channels:
            raise ArgumentError(
                f"`channel` must be one of the {channels} of layer {self.features.layer!r}, got {self.channel}; "
                "they count from 0."
            )
        return -output[:, self.channel].flatten(1).mean(1) if output.ndim > 2 else -output[:, self.channel]
