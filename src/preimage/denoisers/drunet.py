"""DRUNet: the noise-conditioned residual UNet of DPIR."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage.denoisers.base import Denoiser, Traits, stacked, with_noise_map
from preimage.denoisers.blocks import ResidualBlock, channels_last, channels_last_
from preimage.denoisers.blocks.rows import (
    Delayed,
    Strip,
    added_to,
    convolved,
    doubled,
    goes_by_rows,
    halved,
    roomy,
    rows_at_a_time,
    rows_bytes,
)

__all__ = ["DRUNet"]

_WIDEST = 1 << 15  # pixels of a side, beyond which even some rows take a GB


class DRUNet(Denoiser):
    r"""UNet with residual blocks, additive skips and no bias, which sees ``sigma`` as one more input channel.

    With ReLU and no bias the network is positively homogeneous: ``D(a x, a sigma) = a D(x, sigma)`` for ``a > 0``.
    Sizes that are no multiple of 8 are replicate-padded inside. Layer names are those of the published checkpoints
    (``m_head``, ``m_down1`` ... ``m_tail``).

    Where no gradient is recorded, a large image on a CPU passes through the network some rows at a time. The result is
    that of the whole, in the memory of some hundred rows, and no tiles are needed.

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
        return stacked(self.bands(x, sigma), x) if goes_by_rows(x) else self._whole(x, sigma)

    def bands(self, x: Tensor, sigma: float | Tensor) -> Iterator[Tensor]:
        """The same, a few rows at a time where that takes less memory."""
        if not goes_by_rows(x):
            yield self._whole(x, sigma)
            return
        (height, width), start = x.shape[-2:], 0
        for strip in convolved(self._features(x, sigma), self.m_tail):
            rows = strip.rows[:, :, : height - start, :width]
            yield x[:, :, start : start + rows.shape[2]] + rows if self.residual else rows.contiguous()
            start += rows.shape[2]

    def usual_tile(self) -> int:
        """Tiles are of no use where images are worked on by rows, but for very wide ones."""
        return _WIDEST if self._on_cpu() else self.traits.tile

    def footprint(self) -> Callable[[int], int]:
        """In proportion to the pixels of a small image, and to the width of a large one that is worked on by rows."""
        whole = super().footprint()
        reach = self.traits.receptive_radius or 0
        return (lambda side: min(whole(side), rows_bytes(whole(1), side, reach))) if self._on_cpu() else whole

    def _on_cpu(self) -> bool:
        return self.m_head.weight.device.type == "cpu"

    def _whole(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        height, width = x.shape[-2:]
        padded = F.pad(x, (0, -width % 8, 0, -height % 8), mode="replicate")
        x1 = self.m_head(channels_last(with_noise_map(padded, sigma)))
        out = self.m_tail(self.refined(x1))[..., :height, :width]
        return x + out if self.residual else out.contiguous()

    def refined(self, x1: Tensor) -> Tensor:
        """What the last layer sees, (B, width, H, W) with sides of whole eights, of what the first one gives."""
        _, x2, x3, x4 = self.scales(x1)
        out = self.m_up3(self.m_body(x4).add_(x4))
        out = self.m_up2(out.add_(x3))
        return self.m_up1(out.add_(x2)).add_(x1)

    def scales(self, x1: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The features on the way down, at sizes 1, 1/2, 1/4 and 1/8, of what the first layer gives."""
        x2 = self.m_down1(x1)
        x3 = self.m_down2(x2)
        return x1, x2, x3, self.m_down3(x3)

    def _features(self, x: Tensor, sigma: float | Tensor) -> Iterator[Strip]:
        """What the last layer sees, in roomy strips; each scale has its own number of rows."""
        counts = [math.ceil(rows_at_a_time(x) / scale) for scale in (1, 2, 4, 8)]
        kept = [Delayed() for _ in counts]
        rows = roomy(convolved(_padded(x, sigma, counts[0]), self.m_head), counts[0])
        downs: list[nn.Sequential] = [self.m_down1, self.m_down2, self.m_down3]
        for level, layers in enumerate(downs):
            rows = _narrower(kept[level].passing(rows), layers, counts[level + 1])
        rows = added_to(_blocks(kept[3].passing(rows), self.m_body), kept[3])
        ups: list[nn.Sequential] = [self.m_up1, self.m_up2, self.m_up3]
        for level, layers in reversed([*enumerate(ups)]):
            rows = added_to(_wider(rows, layers, counts[level]), kept[level])
        return rows


def _padded(x: Tensor, sigma: float | Tensor, count: int) -> Iterator[Strip]:
    """``x`` and the noise level, padded, in roomy strips of ``count`` rows."""
    height, width = x.shape[-2:]
    stop = height + -height % 8

    def strips(start: int) -> Strip:
        end = min(stop, start + count)
        at = torch.arange(start, end, device=x.device).clamp_max(height - 1)
        rows = F.pad(x[:, :, at], (0, -width % 8, 0, 0), mode="replicate")
        return Strip(with_noise_map(rows, sigma), end == stop)

    return roomy(map(strips, range(0, stop, count)), count)


def _narrower(strips: Iterator[Strip], layers: nn.Sequential, count: int) -> Iterator[Strip]:
    """What :func:`_down` makes of them."""
    *blocks, last = layers
    assert isinstance(last, nn.Conv2d)
    return roomy(halved(_blocks(strips, blocks), last), count)


def _wider(strips: Iterator[Strip], layers: nn.Sequential, count: int) -> Iterator[Strip]:
    """What :func:`_up` makes of them."""
    first, *blocks = layers
    assert isinstance(first, nn.ConvTranspose2d)
    return _blocks(roomy(doubled(strips, first), count), blocks)


def _blocks(strips: Iterator[Strip], blocks: Iterable[nn.Module]) -> Iterator[Strip]:
    for block in blocks:
        assert isinstance(block, ResidualBlock)
        strips = block.by_rows(strips)
    return strips


def _down(width: int, deeper: int, blocks: int, activation: nn.Module | None) -> nn.Sequential:
    return nn.Sequential(
        *(ResidualBlock(width, activation) for _ in range(blocks)), nn.Conv2d(width, deeper, 2, stride=2, bias=False)
    )


def _up(deeper: int, width: int, blocks: int, activation: nn.Module | None) -> nn.Sequential:
    return nn.Sequential(
        nn.ConvTranspose2d(deeper, width, 2, stride=2, bias=False),
        *(ResidualBlock(width, activation) for _ in range(blocks)),
    )
