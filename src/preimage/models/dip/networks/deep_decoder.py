"""The Deep Decoder: fewer weights than the image has pixels, and no convolution wider than a pixel."""

from torch import nn

from preimage.models.dip.networks.blocks import image_norm
from preimage.models.dip.networks.decoder import Decoder, require_counts

__all__ = ["DeepDecoder"]


class DeepDecoder(Decoder):
    """``layers`` times ``norm(relu(enlarge(C x)))``, the last without enlargement, and a last 1x1 convolution.

    ``C`` mixes the channels of a pixel, without bias; only the bilinear enlargement by two couples pixels. With k
    channels, d layers and c outputs there are ``d k^2 + 2 d k + c k`` weights, 100,224 by default: far fewer than a
    512x512 image has values, so that it cannot fit noise and needs no stop. The input is uniform in [0, 0.1) in the
    publication.

    Args:
        inputs: channels of the input and of every layer, >= 1; 64 or 128 in the publication.
        outputs: channels, >= 1.
        layers: >= 1; the input of an image of 512x512 is 16x16 with 6.
        bounded: whether a sigmoid keeps values in (0, 1).

    Shapes: (1, inputs, h, w) to (1, outputs, 2^(layers - 1) h, 2^(layers - 1) w).

    Source: Heckel, Hand, "Deep decoder: concise image representations from untrained non-convolutional networks", ICLR
    2019, equation 1.
    """

    def __init__(self, inputs: int = 128, outputs: int = 3, layers: int = 6, bounded: bool = True) -> None:
        require_counts(inputs, outputs, inputs, layers)
        parts = [_layer(inputs, i < layers - 1) for i in range(layers)]
        super().__init__(inputs, outputs, parts, nn.Conv2d(inputs, outputs, 1, bias=False), bounded)


def _layer(channels: int, enlarged: bool) -> nn.Module:
    # Mixing channels and enlarging commute, and mixing is a quarter of the work before.
    mix = nn.Conv2d(channels, channels, 1, bias=False)
    enlarge = [nn.Upsample(scale_factor=2, mode="bilinear")] * enlarged
    return nn.Sequential(mix, *enlarge, nn.ReLU(), image_norm(channels))
