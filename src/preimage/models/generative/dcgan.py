"""The generator of DCGAN."""

from torch import Tensor, nn

from preimage._module import Module
from preimage._ranges import check_count
from preimage.errors import ArgumentError, ShapeError

__all__ = ["DCGANGenerator"]

_LEAST = 4


class DCGANGenerator(Module):
    """``x = G(z)``: an image in [0, 1] from standard normal numbers ``z``, by transposed convolutions.

    The first makes 4x4 pixels of ``z``, each of the others twice as many a side of half the features; between them are
    batch normalisation and ReLU, in the end ``(1 + tanh) / 2``. Weights start as normal numbers of deviation 0.02. In
    training an image depends on its batch, by the normalisation, as published; in evaluation (``.eval()``) it does not.
    Layer names are those of the common checkpoints (``main.0.weight``, ``main.1.running_mean`` ... ``main.12.weight``),
    whose images are in [-1, 1].

    Args:
        channels: image channels.
        size: rows and columns of an image: 8, 16, 32, 64 ...
        latent: how many numbers ``z`` has; 100 are published.
        width: features before the last layer; 128 in the publication, 64 in the common checkpoints.

    Shapes: ``z`` (B, latent), or (B, latent, 1, 1); the result is (B, channels, size, size).

    Raises:
        ArgumentError: ``size`` is no such number, or a number is below one.
        ShapeError: (in a call) ``z`` has another shape.

    Source: Radford, Metz, Chintala, "Unsupervised representation learning with deep convolutional generative
    adversarial networks", ICLR 2016, figure 1.
    """

    def __init__(self, channels: int = 3, size: int = 64, latent: int = 100, width: int = 64) -> None:
        super().__init__()
        for name, value in (("channels", channels), ("latent", latent), ("width", width)):
            check_count(name, value, "see the defaults")
        if size < 2 * _LEAST or size & (size - 1):
            raise ArgumentError(f"`size` must be 8, 16, 32, 64 or a higher power of two, got {size}; crop the images.")
        self.channels = channels
        self.size = size
        self.latent = latent
        self.width = width
        doublings = (size // _LEAST).bit_length() - 1
        widths = [width * 2**number for number in reversed(range(doublings))]
        layers: list[nn.Module] = [nn.ConvTranspose2d(latent, widths[0], _LEAST, bias=False)]
        for inner, outer in zip(widths, [*widths[1:], channels], strict=True):
            layers += [nn.BatchNorm2d(inner), nn.ReLU(), nn.ConvTranspose2d(inner, outer, 4, 2, 1, bias=False)]
        self.main = nn.Sequential(*layers, nn.Tanh())
        for layer in self.main:
            if isinstance(layer, nn.ConvTranspose2d):
                nn.init.normal_(layer.weight, std=0.02)
            elif isinstance(layer, nn.BatchNorm2d):
                nn.init.normal_(layer.weight, 1.0, 0.02)

    def forward(self, z: Tensor) -> Tensor:
        """The image of each row of ``z``."""
        if z.ndim not in (2, 4) or z.shape[1] != self.latent or z.shape[2:].numel() != 1:
            raise ShapeError(f"`z` must be (B, {self.latent}), got {tuple(z.shape)}; draw it by torch.randn.")
        return (self.main(z.reshape(len(z), self.latent, 1, 1)) + 1) / 2
