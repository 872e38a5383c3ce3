"""What a deep image prior fits: a network that draws an image from a fixed input."""

from torch import Tensor, nn

__all__ = ["Generator"]


class Generator(nn.Module):
    """Draws an image from an input: ``x = generator(z)``.

    ``forward(z)`` takes ``z`` of shape (1, inputs, h, w), with h and w from :meth:`input_size`, and returns
    (1, outputs, H, W) with H and W at least as large as those that :meth:`input_size` was asked for; what is too much
    is cut off by the caller, below and on the right.

    Subclasses set ``inputs`` and ``outputs``, their numbers of channels, and ``stride``, by multiples of which heights
    and widths of images grow, and ``least``, below which none may be; where the input is smaller than the image, they
    override :meth:`input_size`.
    """

    inputs: int
    outputs: int
    stride: int = 1
    least: int = 1

    def input_size(self, height: int, width: int) -> tuple[int, int]:
        """Rows and columns of the input for an image of ``height`` by ``width``: the next multiples of ``stride``."""
        rows, columns = (-(-max(size, self.least) // self.stride) * self.stride for size in (height, width))
        return rows, columns

    def forward(self, z: Tensor) -> Tensor:
        """The image drawn from ``z``."""
        raise NotImplementedError
