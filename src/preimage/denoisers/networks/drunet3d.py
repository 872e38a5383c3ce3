"""DRUNet for volumes."""

import math
from collections.abc import Callable, Sequence

from torch import Tensor, nn

from preimage.denoisers.base import Denoiser, Traits, with_noise_map
from preimage.denoisers.networks.padding import on_multiples

__all__ = ["DRUNet3D"]


class _Block(nn.Module):
    """``x + conv(relu(conv(x)))``."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.res = nn.Sequential(
            nn.Conv3d(width, width, 3, padding=1, bias=False),
            nn.ReLU(),
            nn.Conv3d(width, width, 3, padding=1, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.res(x)


class DRUNet3D(Denoiser):
    r""":class:`preimage.denoisers.DRUNet` with kernels of three dimensions: residual blocks, additive skips, no bias.

    ``D(a x, a sigma) = a D(x, sigma)`` for ``a > 0``. Sizes that are no multiple of 8 are continued by their last
    voxels. Layer names are those of DRUNet.

    Args:
        channels: channels of a volume; complex volumes as two.
        widths: feature channels at the four scales.
        blocks: residual blocks per scale and side.
        sigma_range: the noise levels of its training.

    Shapes: ``x`` (B, channels, D, H, W), ``sigma`` a float or (B,); the result is like ``x``.

    Source: Zhang, Li, Zuo, Zhang, Van Gool, Timofte 2021, for pictures; the third dimension is of this library.
    """

    def __init__(
        self,
        channels: int = 1,
        widths: Sequence[int] = (32, 64, 128, 256),
        blocks: int = 2,
        sigma_range: tuple[float, float] = (0.0, math.inf),
    ) -> None:
        super().__init__()
        self.channels = channels
        self.widths = tuple(widths)
        self.blocks = blocks
        self.sigma_range = tuple(sigma_range)
        w0, w1, w2, w3 = widths
        self.m_head = nn.Conv3d(channels + 1, w0, 3, padding=1, bias=False)
        self.m_down1, self.m_down2, self.m_down3 = (
            nn.Sequential(*(_Block(a) for _ in range(blocks)), nn.Conv3d(a, b, 2, stride=2, bias=False))
            for a, b in ((w0, w1), (w1, w2), (w2, w3))
        )
        self.m_body = nn.Sequential(*(_Block(w3) for _ in range(blocks)))
        self.m_up3, self.m_up2, self.m_up1 = (
            nn.Sequential(nn.ConvTranspose3d(b, a, 2, stride=2, bias=False), *(_Block(a) for _ in range(blocks)))
            for a, b in ((w2, w3), (w1, w2), (w0, w1))
        )
        self.m_tail = nn.Conv3d(w0, channels, 3, padding=1, bias=False)
        low, high = sigma_range
        # That of DRUNet, which has the same layers.
        self.traits = Traits(channels, (low, high), 2 * blocks * (2 * (1 + 2 + 4) + 8) + 2 + 7, stride=8)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean volume behind ``x``."""
        return on_multiples(self._whole, with_noise_map(x, sigma), 8)[:, : self.channels]

    def footprint(self) -> Callable[[int], int]:
        """In proportion to the voxels of a cube."""
        per_voxel = 8 * self.widths[0] * self.m_head.weight.element_size()
        return lambda side: per_voxel * side**3

    def _whole(self, seen: Tensor) -> Tensor:
        x1 = self.m_head(seen)
        x2 = self.m_down1(x1)
        x3 = self.m_down2(x2)
        x4 = self.m_down3(x3)
        out = self.m_up3(self.m_body(x4) + x4)
        out = self.m_up2(out + x3)
        return self.m_tail(self.m_up1(out + x2) + x1)
