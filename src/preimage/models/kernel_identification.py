"""Kernels of a blur that differs from place to place, found by a network in one picture."""

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._module import Module
from preimage._ranges import check_count
from preimage.errors import ArgumentError, ShapeError

__all__ = ["KernelIdentificationNetwork"]

_MULTIPLE = 32
_MIDDLE = 0.5  # of the range, which the network sees as zero


def _layers(*convs: nn.Module) -> nn.Sequential:
    return nn.Sequential(*(part for conv in convs for part in (conv, nn.LeakyReLU())))


def _conv(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, padding=1)


class _Down(nn.Module):
    """Two convolutions, and the maximum of 2x2."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.double_conv = _layers(_conv(inputs, outputs), _conv(outputs, outputs))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        features = self.double_conv(x)
        return features, F.max_pool2d(features, 2)


class _Up(nn.Module):
    """Twice as many pixels a side, two convolutions, and what comes from the way down."""

    def __init__(self, inputs: int, across: int, outputs: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(inputs, inputs, 2, 2)
        self.double_conv = _layers(_conv(inputs, outputs), _conv(outputs, outputs))
        self.feat = _layers(_conv(across + outputs, outputs))

    def forward(self, x: Tensor, across: Tensor | None) -> Tensor:
        x = self.double_conv(self.up(x))
        if across is None:
            return self.feat(x)
        return self.feat(torch.cat([across.expand(-1, -1, *x.shape[2:]), x], 1))


class KernelIdentificationNetwork(Module):
    r"""Kernels ``h_k`` and weights ``w_k`` with ``y = sum_k w_k (h_k * x)`` for a picture ``y`` blurred by motion.

    An encoder halves the picture five times. One decoder brings it back to as many weights for each pixel as there are
    kernels, which are parts of one; the other draws the kernels, each of sum one, from the means over the picture of
    what the encoder saw. ``SpaceVaryingBlur(**network(y), padding="reflect", order="convolution-product")`` is the
    blur. Sizes that are no multiple of 32 are continued by their last pixels. Layer names are those of the published
    checkpoints (``inc_rgb.0``, ``down1.double_conv.0``, ``kernel_up1.up``, ``masks_end.4`` ...), which correlate: the
    kernels given here are theirs, turned around.

    Args:
        kernels: how many; 25 in the published checkpoints.
        size: rows and columns of a kernel, 33 or 65.
        width: features at full size; 64 is published.

    Shapes: ``y`` (B, 3, H, W) or (B, 1, H, W), in linear light in [0, 1]: raise a photograph to the power of 2.2
    before; ``filters`` (B, kernels, 1, size, size), ``multipliers`` (B, kernels, 1, H, W).

    Raises:
        ArgumentError: a number is out of its range.
        ShapeError: (in a call) ``y`` has another shape.

    Source: Carbajal, Vitoria, Lezama, Musé, "Blind motion deblurring with pixel-wise kernel estimation via kernel
    prediction networks", IEEE Transactions on Computational Imaging 9, 2023.
    """

    def __init__(self, kernels: int = 25, size: Literal[33, 65] = 33, width: int = 64) -> None:
        super().__init__()
        check_count("kernels", kernels, "25 are published")
        check_count("width", width, "64 is published")
        if size not in (33, 65):
            raise ArgumentError(f"`size` must be 33 or 65, got {size}; take 65 for long blurs.")
        self.kernels = kernels
        self.size = size
        self.width = w = width
        self.inc_rgb, self.inc_gray = _layers(_conv(3, w)), _layers(_conv(1, w))
        self.down1, self.down2, self.down3 = _Down(w, w), _Down(w, 2 * w), _Down(2 * w, 4 * w)
        self.down4, self.down5 = _Down(4 * w, 8 * w), _Down(8 * w, 16 * w)
        self.feat = _layers(_conv(16 * w, 16 * w))
        self.up1, self.up2, self.up3 = _Up(16 * w, 16 * w, 8 * w), _Up(8 * w, 8 * w, 4 * w), _Up(4 * w, 4 * w, 2 * w)
        self.up4, self.up5 = _Up(2 * w, 2 * w, w), _Up(w, w, w)
        self.masks_end = nn.Sequential(*_layers(_conv(w, w), _conv(w, w)), _conv(w, kernels))
        self.kernel_up1, self.kernel_up2 = _Up(16 * w, 16 * w, 8 * w), _Up(8 * w, 8 * w, 4 * w)
        self.kernel_up3, self.kernel_up4 = _Up(4 * w, 4 * w, 4 * w), _Up(4 * w, 2 * w, 2 * w)
        self.kernel_up5 = _Up(2 * w, w, w)
        if size == 65:
            self.kernel_up6 = _Up(w, 0, w)
        first = nn.Conv2d(w, w, 2, padding=1)
        self.kernels_end = nn.Sequential(*_layers(first, _conv(w, w)), _conv(w, kernels))

    def forward(self, y: Tensor) -> dict[str, Tensor]:
        """``filters`` and ``multipliers`` of :class:`preimage.physics.SpaceVaryingBlur`, for each picture."""
        if y.ndim != 4 or y.shape[1] not in (1, 3):
            raise ShapeError(f"`y` must be (B, 3, H, W) or (B, 1, H, W), got {tuple(y.shape)}; give one picture a row.")
        rows, columns = y.shape[2:]
        seen = F.pad(y - _MIDDLE, (0, -columns % _MULTIPLE, 0, -rows % _MULTIPLE), mode="replicate")
        x = self.inc_rgb(seen) if y.shape[1] == 3 else self.inc_gray(seen)
        across = []
        for down in (self.down1, self.down2, self.down3, self.down4, self.down5):
            features, x = down(x)
            across.append(features)
        x = self.feat(x)
        drawn = x.mean((2, 3), keepdim=True)
        ups = (self.kernel_up1, self.kernel_up2, self.kernel_up3, self.kernel_up4, self.kernel_up5)
        for up, features in zip(ups, reversed(across), strict=True):
            drawn = up(drawn, features.mean((2, 3), keepdim=True))
        if self.size == 65:
            drawn = self.kernel_up6(drawn, None)
        drawn = self.kernels_end(drawn).flatten(2).softmax(2).unflatten(2, (self.size, self.size))
        for up, features in zip((self.up1, self.up2, self.up3, self.up4, self.up5), reversed(across), strict=True):
            x = up(x, features)
        weights = self.masks_end(x).softmax(1)[..., :rows, :columns]
        return {"filters": drawn.flip(2, 3)[:, :, None], "multipliers": weights[:, :, None]}
