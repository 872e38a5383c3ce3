"""DRUNet: the noise-conditioned residual UNet of DPIR."""

import math
from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from preimage.denoisers.base import Denoiser, Traits, with_noise_map
from preimage.denoisers.blocks import ResidualBlock, channels_last, channels_last_

__all__ = ["DRUNet"]


class DRUNet(Denoiser):
    r"""UNet with residual blocks, additive skips and no bias, which sees ``sigma`` as one more input channel.

    With ReLU and no bias the network is positively homogeneous: ``D(a x, a sigma) = a D(x, sigma)`` for ``a > 0``.
    Sizes that are no multiple of 8 are replicate-padded inside. Layer names are those of the published checkpoints
    (``m_head``, ``m_down1`` ... ``m_tail``).

    Args:
        channels: image channels, 1 for grey and 3 for colour.
        widths: feature channels at the four scales; the published size is (64, 128, 256, 512).
        blocks: residual blocks per scale and side; 4 in the published size.
        residual: whether the network predicts the noise, ``D(x) = x + net(x)``; false in the published checkpoints.
        activation: without weights, shared by all blocks; ReLU by default. A smooth one, such as ``nn.ELU()``, has
            continuous gradients.
        sigma_range: the noise levels of its training.

    Shapes: ``x`` (B, channels, H, W), ``sigma`` a float or (B,); the result is like ``x``.

    Source: Zhang, Li, Zuo, Zhang, Van Gool, Timofte, "Plug-and-play image restoration with deep denoiser prior",
    TPAMI 2021. ``residual`` is ours.
    """

    def __init__(
        self,
        channels: int = 3,
        widths: Sequence[int] = (64, 128, 256, 512),
        blocks: int = 4,
        residual: bool = False,
        activation: nn.Module | None = None,
        sigma_range: tuple[float, float] = (0.0, math.inf),
    ) -> None:
        super().__init__()
        self.channels = channels
        self.widths = tuple(widths)
        self.blocks = blocks
        self.residual = residual
        self.activation = activation
        self.sigma_range = tuple(sigma_range)
        w0, w1, w2, w3 = widths
        self.m_head = nn.Conv2d(channels + 1, w0, 3, padding=1, bias=False)
        self.m_down1 = _down(w0, w1, blocks, activation)
        self.m_down2 = _down(w1, w2, blocks, activation)
        self.m_down3 = _down(w2, w3, blocks, activation)
        self.m_body = nn.Sequential(*(ResidualBlock(w3, activation) for _ in range(blocks)))
        self.m_up3 = _up(w3, w2, blocks, activation)
        self.m_up2 = _up(w2, w1, blocks, activation)
        self.m_up1 = _up(w1, w0, blocks, activation)
        self.m_tail = nn.Conv2d(w0, channels, 3, padding=1, bias=False)
        # Two 3x3 convolutions a block: 2 blocks on the way down and up at strides 1, 2, 4, once at 8; head and tail;
        # and up to 7 pixels for the position inside an 8x8 cell.
        radius = 2 * blocks * (2 * (1 + 2 + 4) + 8) + 2 + 7
        low, high = sigma_range
        self.traits = Traits(channels, (low, high), radius, stride=8)
        channels_last_(self)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        height, width = x.shape[-2:]
        padded = F.pad(x, (0, -width % 8, 0, -height % 8), mode="replicate")
        x1 = self.m_head(channels_last(with_noise_map(padded, sigma)))
        x2 = self.m_down1(x1)
        x3 = self.m_down2(x2)
        x4 = self.m_down3(x3)
        out = self.m_up3(self.m_body(x4).add_(x4))
        out = self.m_up2(out.add_(x3))
        out = self.m_up1(out.add_(x2))
        out = self.m_tail(out.add_(x1))[..., :height, :width]
        return x + out if self.residual else out.contiguous()


def _down(width: int, deeper: int, blocks: int, activation: nn.Module | None) -> nn.Sequential:
    return nn.Sequential(
        *(ResidualBlock(width, activation) for _ in range(blocks)), nn.Conv2d(width, deeper, 2, stride=2, bias=False)
    )


def _up(deeper: int, width: int, blocks: int, activation: nn.Module | None) -> nn.Sequential:
    return nn.Sequential(
        nn.ConvTranspose2d(deeper, width, 2, stride=2, bias=False),
        *(ResidualBlock(width, activation) for _ in range(blocks)),
    )
