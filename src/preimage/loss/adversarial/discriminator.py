"""A network that tells true patches from others."""

import torch
from torch import Tensor, nn

from preimage._module import Module
from preimage._ranges import check_count
from preimage.errors import ShapeError

__all__ = ["PatchDiscriminator"]


class PatchDiscriminator(Module):
    """Scores of overlapping patches of an image, higher for true ones ("PatchGAN").

    Convolutions of 4x4 that halve the size ``layers`` times, and two more; every image is normalised on its own, so
    that its scores do not depend on its batch. With three layers a score sees 70x70 pixels.

    Args:
        channels: image channels; a complex image has two for each of its own.
        width: feature channels of the first layer, doubled with each up to eightfold.
        layers: how often the size is halved, >= 1.

    Shapes: images (B, channels, H, W), with at least ``3 * 2^layers`` rows and columns; the scores are (B, 1, h, w).

    Raises:
        ArgumentError: a number is below one.
        ShapeError: the image is smaller, or has other channels.

    Source: Isola, Zhu, Zhou, Efros, "Image-to-image translation with conditional adversarial networks", CVPR 2017, with
    instance normalisation.
    """

    def __init__(self, channels: int = 1, width: int = 64, layers: int = 3) -> None:
        super().__init__()
        for name, value in (("channels", channels), ("width", width), ("layers", layers)):
            check_count(name, value, "give one or more")
        self.channels = channels
        self.width = width
        self.layers = layers
        widths = [width * min(2**index, 8) for index in range(layers + 1)]
        parts: list[nn.Module] = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        for index in range(layers):
            stride = 2 if index < layers - 1 else 1
            parts.append(nn.Conv2d(widths[index], widths[index + 1], 4, stride, 1, bias=False))
            parts += [nn.InstanceNorm2d(widths[index + 1], affine=True), nn.LeakyReLU(0.2)]
        self.network = nn.Sequential(*parts, nn.Conv2d(widths[-1], 1, 4, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """The scores of the patches of each image."""
        if x.is_complex():
            x = torch.cat([x.real, x.imag], 1)
        least = 3 * 2**self.layers
        if x.ndim != 4 or x.shape[1] != self.channels or min(x.shape[2:]) < least:
            raise ShapeError(
                f"`x` must be (B, {self.channels}, H, W) with at least {least} rows and columns, got {tuple(x.shape)}; "
                "take fewer layers for small images."
            )
        return self.network(x)
