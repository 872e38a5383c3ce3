"""Residual blocks of the UNet-Res family."""

from torch import Tensor, nn

__all__ = ["ResidualBlock"]


class ResidualBlock(nn.Module):
    """``x + conv(activation(conv(x)))`` with 3x3 convolutions, without bias or normalisation.

    Args:
        width: feature channels.
        activation: without weights; ReLU by default.

    Source: Zhang et al. 2021 (DPIR).
    """

    def __init__(self, width: int, activation: nn.Module | None = None) -> None:
        super().__init__()
        self.res = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.ReLU(inplace=True) if activation is None else activation,
            nn.Conv2d(width, width, 3, padding=1, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, width, H, W) to the same shape."""
        return self.res(x).add_(x)  # into the convolution's own output, which nothing else needs
