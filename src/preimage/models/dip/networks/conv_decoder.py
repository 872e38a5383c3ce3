"""The ConvDecoder: from a small input up by 3x3 convolutions, without a way down."""

from torch import nn

from preimage.models.dip.networks.blocks import image_norm
from preimage.models.dip.networks.decoder import Decoder, require_counts

__all__ = ["ConvDecoder"]


class ConvDecoder(Decoder):
    """``layers`` times ``norm(relu(conv(enlarge(x))))``, the last without enlargement, and a 1x1 convolution.

    Convolutions are 3x3 with biases and zeros beyond the border. ``enlarge`` repeats every pixel 2x2, and what comes
    out beyond the image is cut off; the publication enlarges a seed of fixed size by one factor a layer, near to two.

    Args:
        inputs, outputs: channels, >= 1; two outputs are the real and imaginary parts of a complex image.
        channels: the number of channels of every layer, >= 1.
        layers: with a 3x3 convolution, >= 1.
        bounded: whether a sigmoid keeps values in (0, 1), which the publication has not.

    Shapes: (1, inputs, h, w) to (1, outputs, 2^(layers - 1) h, 2^(layers - 1) w).

    Source: Darestani, Heckel, "Accelerated MRI with un-trained neural networks", IEEE Transactions on Computational
    Imaging 2021.
    """

    def __init__(
        self, inputs: int = 128, outputs: int = 3, channels: int = 128, layers: int = 6, bounded: bool = True
    ) -> None:
        require_counts(inputs, outputs, channels, layers)
        parts = [_layer(inputs if i == 0 else channels, channels, i < layers - 1) for i in range(layers)]
        super().__init__(inputs, outputs, parts, nn.Conv2d(channels, outputs, 1), bounded)


def _layer(inputs: int, channels: int, enlarged: bool) -> nn.Module:
    conv = nn.Conv2d(inputs, channels, 3, padding=1)
    return nn.Sequential(*[nn.Upsample(scale_factor=2)] * enlarged, conv, nn.ReLU(), image_norm(channels))
