"""Residual blocks of the UNet-Res family."""

from collections.abc import Iterable, Iterator

from torch import Tensor, nn

from preimage.denoisers.blocks.rows import Delayed, Strip, activated, added, convolved

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

    def by_rows(self, strips: Iterable[Strip]) -> Iterator[Strip]:
        """The same of an image that comes in roomy strips."""
        kept, (first, activation, second) = Delayed(), self.res
        assert isinstance(first, nn.Conv2d)
        assert isinstance(second, nn.Conv2d)
        return added(convolved(activated(convolved(kept.passing(strips), first), activation), second), kept)
