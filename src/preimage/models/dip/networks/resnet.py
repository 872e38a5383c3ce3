"""A chain of residual blocks as a deep image prior: one scale, no bottleneck."""

from torch import Tensor, nn

from preimage._ranges import check_count
from preimage.models.dip.networks.blocks import NormalizedResidualBlock, conv_norm
from preimage.models.dip.networks.generator import Generator

__all__ = ["ResNet"]


class ResNet(Generator):
    """A convolution, residual blocks ``x + norm(conv(activation(norm(conv(x)))))`` at full size, and two convolutions.

    All convolutions are 3x3 with reflected borders, so that a pixel sees ``2 blocks + 3`` pixels to each side; what is
    missing beyond is not filled in. :class:`UNetGenerator` has residual blocks at several scales.

    Args:
        inputs, outputs: channels, >= 1.
        channels: the number of channels of the blocks, >= 1.
        blocks: how many, >= 1.
        bounded: whether a sigmoid keeps values in (0, 1).

    Shapes: (1, inputs, h, w) to (1, outputs, h, w).

    Source: Ulyanov, Vedaldi, Lempitsky, "Deep image prior", CVPR 2018, figure 8.
    """

    least = 2

    def __init__(
        self, inputs: int = 32, outputs: int = 3, channels: int = 32, blocks: int = 8, bounded: bool = True
    ) -> None:
        super().__init__()
        for name, value in (("inputs", inputs), ("outputs", outputs), ("channels", channels), ("blocks", blocks)):
            check_count(name, value, "see the defaults")
        self.inputs, self.outputs = inputs, outputs
        self.body = nn.Sequential(
            nn.Conv2d(inputs, channels, 3, padding=1, padding_mode="reflect"),
            nn.LeakyReLU(0.2),
            *[NormalizedResidualBlock(channels, channels) for _ in range(blocks)],
            conv_norm(channels, channels),
            nn.Conv2d(channels, outputs, 3, padding=1, padding_mode="reflect"),
        )
        self.bounded = bounded

    def forward(self, z: Tensor) -> Tensor:
        """The image drawn from ``z``."""
        x = self.body(z)
        return x.sigmoid() if self.bounded else x
