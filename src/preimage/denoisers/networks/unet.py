"""The U-Net of medical imaging, for images and volumes."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from preimage.denoisers.base import Denoiser, Traits, with_noise_map
from preimage.denoisers.networks.padding import on_multiples
from preimage.errors import ArgumentError

__all__ = ["UNet"]

_CONV = {2: nn.Conv2d, 3: nn.Conv3d}
_TURNED = {2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
_POOL = {2: nn.AvgPool2d, 3: nn.AvgPool3d}
_PROBE = 16


class _Norm(nn.Module):
    """Zero mean and unit variance of each channel of each image."""

    def forward(self, x: Tensor) -> Tensor:
        axes = tuple(range(2, x.ndim))
        variance, mean = torch.var_mean(x, axes, correction=0, keepdim=True)
        return (x - mean) / (variance + 1e-5).sqrt()


class _Layers(nn.Module):
    """Convolutions of three pixels a side, each normalised and rectified."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


def _double(dims: int, inputs: int, outputs: int) -> _Layers:
    # The places of the dropout of the publication, which has no weights, keep its numbers.
    return _Layers(
        _CONV[dims](inputs, outputs, 3, padding=1, bias=False),
        _Norm(),
        nn.LeakyReLU(0.2),
        nn.Identity(),
        _CONV[dims](outputs, outputs, 3, padding=1, bias=False),
        _Norm(),
        nn.LeakyReLU(0.2),
        nn.Identity(),
    )


def _enlarge(dims: int, inputs: int, outputs: int) -> _Layers:
    return _Layers(_TURNED[dims](inputs, outputs, 2, stride=2, bias=False), _Norm(), nn.LeakyReLU(0.2))


class UNet(Denoiser):
    """The U-Net of fastMRI, for images or volumes: normalised channels, means of 2 pixels a side, learned enlargement.

    Normalisation takes means over the whole image, so that every pixel counts for every other. Sizes that are no
    multiple of 2 to the number of scales are continued by their last pixels. Layer names are those of the published
    checkpoints (``down_sample_layers.0.layers.0``, ``conv.layers.0``, ``up_conv.0.layers.0``,
    ``up_transpose_conv.0.layers.0``, ``up_conv.3.1``).

    Args:
        channels: image channels; complex images as two.
        width: feature channels at full size; 32 or 256 in the published checkpoints.
        scales: how often the size is halved, >= 1; 4 is published.
        dims: 2 for images, 3 for volumes.
        noise_map: whether ``sigma`` is one more input channel; false in the published checkpoints, which do not use it.
        residual: whether the network predicts what is added to ``x``; false in the published checkpoints.

    Shapes: ``x`` (B, channels, H, W), or (B, channels, D, H, W) for 3 dimensions; the result is like ``x``.

    Raises:
        ArgumentError: ``dims`` is neither 2 nor 3, or a number is below one.

    Source: Ronneberger, Fischer, Brox, MICCAI 2015; Zbontar et al., "fastMRI", 2018, section 5.
    """

    def __init__(
        self,
        channels: int = 1,
        width: int = 32,
        scales: int = 4,
        dims: int = 2,
        noise_map: bool = False,
        residual: bool = False,
    ) -> None:
        super().__init__()
        if dims not in _CONV or min(channels, width, scales) < 1:
            raise ArgumentError(
                f"`dims` must be 2 or 3 and `channels`, `width` and `scales` at least 1, got {dims}, {channels}, "
                f"{width} and {scales}; see the defaults."
            )
        self.channels = channels
        self.width = width
        self.scales = scales
        self.dims = dims
        self.noise_map = noise_map
        self.residual = residual
        widths = [width * 2**level for level in range(scales)]
        inputs = [channels + noise_map, *widths[:-1]]
        self.down_sample_layers = nn.ModuleList(_double(dims, a, b) for a, b in zip(inputs, widths, strict=True))
        self.conv = _double(dims, widths[-1], 2 * widths[-1])
        self.up_transpose_conv = nn.ModuleList(_enlarge(dims, 2 * w, w) for w in reversed(widths))
        last = nn.Sequential(_double(dims, 2 * width, width), _CONV[dims](width, channels, 1))
        self.up_conv = nn.ModuleList([*(_double(dims, 2 * w, w) for w in reversed(widths[1:])), last])
        self.traits = Traits(channels, (0.0, math.inf), stride=2**scales)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        seen = with_noise_map(x, sigma) if self.noise_map else x
        out = on_multiples(self._whole, seen, 2**self.scales)[:, : self.channels]
        return x + out if self.residual else out

    def footprint(self) -> Callable[[int], int]:
        """In proportion to the pixels of a square, or the voxels of a cube."""
        if self.dims == 2:
            return super().footprint()
        features = 3 * self.width * next(self.parameters()).element_size()
        return lambda side: 4 * features * max(side, _PROBE) ** 3

    def _whole(self, x: Tensor) -> Tensor:
        kept, features, pool = [], x, _POOL[self.dims](2)
        for layer in self.down_sample_layers:
            kept.append(layer(features))
            features = pool(kept[-1])
        features = self.conv(features)
        for enlarge, join, skip in zip(self.up_transpose_conv, self.up_conv, reversed(kept), strict=True):
            features = join(torch.cat([enlarge(features), skip], 1))
        return features
