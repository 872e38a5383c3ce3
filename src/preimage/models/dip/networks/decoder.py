"""What decoders have in common: a small input that doubles in size from layer to layer."""

from torch import Tensor, nn

from preimage._ranges import check_count
from preimage.models.dip.networks.generator import Generator

__all__ = ["Decoder"]


class Decoder(Generator):
    """Layers of which all but the last double the size, and a last 1x1 convolution; nothing looks back.

    The input has a side of ``ceil(size / 2^(layers - 1))``, and at least 2: one pixel could draw only a constant.

    Subclasses give the layers to the constructor.

    Args:
        inputs, outputs: channels, >= 1.
        layers: without the last convolution.
        last: the convolution that ends it.
        bounded: whether a sigmoid keeps values in (0, 1).
    """

    def __init__(self, inputs: int, outputs: int, layers: list[nn.Module], last: nn.Module, bounded: bool) -> None:
        super().__init__()
        self.inputs, self.outputs, self.stride = inputs, outputs, 2 ** (len(layers) - 1)
        self.least = 2 * self.stride
        self.layers, self.last, self.bounded = nn.Sequential(*layers), last, bounded

    def input_size(self, height: int, width: int) -> tuple[int, int]:
        """Rows and columns of the input: those of the image over ``stride``, rounded up, two or more."""
        rows, columns = super().input_size(height, width)
        return rows // self.stride, columns // self.stride

    def forward(self, z: Tensor) -> Tensor:
        """The image drawn from ``z``."""
        x = self.last(self.layers(z))
        return x.sigmoid() if self.bounded else x


def require_counts(inputs: int, outputs: int, channels: int, layers: int) -> None:
    """Require one or more of each."""
    for name, value in (("inputs", inputs), ("outputs", outputs), ("channels", channels), ("layers", layers)):
        check_count(name, value, "see the defaults")
