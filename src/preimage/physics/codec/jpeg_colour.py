"""Brightness and colour differences as JPEG has them (JFIF 1.02), in whole numbers and exactly."""

import torch
from torch import Tensor

__all__ = ["linear_rgb", "linear_rgb_adjoint", "linear_ycc", "linear_ycc_adjoint", "rgb_of_ycc", "ycc_of_rgb"]

_HALF = 2**15  # of the unit 2^16 of the multipliers

# In units of 2^-16; rows sum to one, or to zero, in whole numbers too.
_TO_YCC = ((19595, 38470, 7471), (-11059, -21709, 32768), (32768, -27439, -5329))
_RED, _GREEN_BLUE, _GREEN_RED, _BLUE = 91881, 22554, 46802, 116130  # 1.402, 0.34414, 0.71414, 1.772


def ycc_of_rgb(x: Tensor) -> Tensor:
    """Y, Cb, Cr in 0..255 of red, green, blue in 0..255: (B, 3, H, W), whole numbers in any precision of 25 bits."""
    red, green, blue = x.unbind(1)
    channels = [
        (row[0] * red + row[1] * green + row[2] * blue + (_HALF if index == 0 else 257 * _HALF - 1)) / 2**16
        for index, row in enumerate(_TO_YCC)
    ]
    return torch.stack(channels, 1).floor()


def rgb_of_ycc(x: Tensor) -> Tensor:
    """Red, green, blue in 0..255 of Y, Cb, Cr in 0..255: the inverse, to rounding."""
    y, blueness, redness = x.unbind(1)
    blueness, redness = blueness - 128, redness - 128
    red = y + ((_RED * redness + _HALF) / 2**16).floor()
    green = y + ((-_GREEN_BLUE * blueness - _GREEN_RED * redness + _HALF) / 2**16).floor()
    blue = y + ((_BLUE * blueness + _HALF) / 2**16).floor()
    return torch.stack([red, green, blue], 1).clamp(0, 255)


def linear_ycc(x: Tensor) -> Tensor:
    """The linear part of :func:`ycc_of_rgb`, without rounding."""
    return _mixed(_to_ycc(x), x)


def linear_ycc_adjoint(y: Tensor) -> Tensor:
    """The adjoint of :func:`linear_ycc`."""
    return _mixed(_to_ycc(y).mT, y)


def linear_rgb(x: Tensor) -> Tensor:
    """The linear part of :func:`rgb_of_ycc`, without rounding."""
    return _mixed(_to_rgb(x), x)


def linear_rgb_adjoint(y: Tensor) -> Tensor:
    """The adjoint of :func:`linear_rgb`."""
    return _mixed(_to_rgb(y).mT, y)


def _to_ycc(like: Tensor) -> Tensor:
    return like.new_tensor(_TO_YCC) / 2**16


def _to_rgb(like: Tensor) -> Tensor:
    return like.new_tensor(
        ((1, 0, _RED / 2**16), (1, -_GREEN_BLUE / 2**16, -_GREEN_RED / 2**16), (1, _BLUE / 2**16, 0))
    )


def _mixed(matrix: Tensor, x: Tensor) -> Tensor:
    return (matrix @ x.flatten(2)).reshape(x.shape)
