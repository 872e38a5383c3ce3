"""The discriminator of DCGAN."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from preimage._module import Module
from preimage._ranges import check_count
from preimage.errors import ArgumentError, ShapeError

__all__ = ["DCGANDiscriminator"]

_LEAST = 4


class DCGANDiscriminator(Module):
    """One score of a whole image, higher for true ones, by convolutions that halve the size down to 4x4 pixels.

    Each has 4x4 taps and twice the features of the one before, with leaky ReLUs of slope 0.2. Where the publication
    normalises features over the batch, every image is normalised on its own, so that its score does not depend on its
    batch; the count of the weights is the same. The score is not squashed: :class:`preimage.loss.CrossEntropyGAN` is
    the publication's criterion. Weights start as normal numbers of deviation 0.02.

    Args:
        channels: image channels; a complex image has two for each of its own.
        size: rows and columns of an image: 8, 16, 32, 64 ...
        width: features of the first layer; 128 in the publication, 64 in the common checkpoints.

    Shapes: images (B, channels, size, size); the scores are (B, 1).

    Raises:
        ArgumentError: ``size`` is no such number, or a number is below one.
        ShapeError: (in a call) the image has another shape.

    Source: Radford, Metz, Chintala, "Unsupervised representation learning with deep convolutional generative
    adversarial networks", ICLR 2016, with instance normalisation.
    """

    def __init__(self, channels: int = 3, size: int = 64, width: int = 64) -> None:
        super().__init__()
        for name, value in (("channels", channels), ("width", width)):
            check_count(name, value, "see the defaults")
        if size < 2 * _LEAST or size & (size - 1):
            raise ArgumentError(f"`size` must be 8, 16, 32, 64 or a higher power of two, got {size}; crop the images.")
        self.channels = channels
        self.size = size
        self.width = width
        widths = [width * 2**number for number in range((size // _LEAST).bit_length() - 1)]
        layers: list[nn.Module] = [nn.Conv2d(channels, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
        for inner, outer in pairwise(widths):
            layers += [nn.Conv2d(inner, outer, 4, 2, 1, bias=False), nn.InstanceNorm2d(outer, affine=True)]
            layers.append(nn.LeakyReLU(0.2))
        self.main = nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, _LEAST, bias=False))
        for layer in self.main:
            if isinstance(layer, nn.Conv2d):
                nn.init.normal_(layer.weight, std=0.02)
            elif isinstance(layer, nn.InstanceNorm2d):
                nn.init.normal_(layer.weight, 1.0, 0.02)

    def forward(self, x: Tensor) -> Tensor:
        """The score of each image."""
        if x.is_complex():
            x = torch.cat([x.real, x.imag], 1)
        if x.shape[1:] != (self.channels, self.size, self.size):
            raise ShapeError(
                f"`x` must be (B, {self.channels}, {self.size}, {self.size}), got {tuple(x.shape)}; take "
                "PatchDiscriminator for images of other sizes."
            )
        return self.main(x).flatten(1)
