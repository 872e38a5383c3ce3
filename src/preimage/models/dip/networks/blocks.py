"""Parts shared by the networks of deep image priors."""

from torch import Tensor, nn

__all__ = ["NormalizedResidualBlock", "conv_norm", "image_norm"]


def image_norm(channels: int) -> nn.BatchNorm2d:
    """Normalises every channel by its mean and variance over the image itself, in training as in evaluation."""
    return nn.BatchNorm2d(channels, track_running_stats=False)


def conv_norm(inputs: int, outputs: int) -> nn.Sequential:
    """A 3x3 convolution with reflected borders, normalised."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, padding_mode="reflect"), image_norm(outputs))


class NormalizedResidualBlock(nn.Module):
    """``shortcut(x) + norm(conv(activation(norm(conv(x)))))`` with 3x3 convolutions and a leaky ReLU of slope 0.2.

    The shortcut is the identity, or a 1x1 convolution where the numbers of channels differ.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.res = nn.Sequential(conv_norm(inputs, outputs), nn.LeakyReLU(0.2), conv_norm(outputs, outputs))
        self.shortcut = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, h, w) to (B, outputs, h, w)."""
        return self.shortcut(x) + self.res(x)
