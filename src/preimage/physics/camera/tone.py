"""Tone curves of cameras, from light to the values of a picture and back."""

import torch
from torch import Tensor

__all__ = ["TONES", "to_light", "to_picture"]

TONES = ("linear", "srgb", "smoothstep")

_LINEAR = 0.0031308  # of light, below which sRGB is a straight line
_SLOPE = 12.92


def to_picture(light: Tensor, tone: str) -> Tensor:
    """The values of a picture, in [0, 1], of light in [0, 1].

    "srgb" is the curve of IEC 61966-2-1; "smoothstep" raises the contrast of its result ``p`` to ``3 p^2 - 2 p^3``;
    "linear" leaves light as it is.
    """
    if tone == "linear":
        return light
    # Roots have an infinite slope at zero, which would reach gradients from where the line is taken.
    root = 1.055 * light.clamp_min(_LINEAR) ** (1 / 2.4) - 0.055
    value = torch.where(light <= _LINEAR, _SLOPE * light, root)
    return value if tone == "srgb" else value**2 * (3 - 2 * value)


def to_light(picture: Tensor, tone: str) -> Tensor:
    """The inverse of :func:`to_picture`, on [0, 1].

    The inverse of "smoothstep" has an infinite slope at black and white; there gradients take that of the next number.
    """
    if tone == "linear":
        return picture
    if tone == "smoothstep":
        picture = _from_smoothstep(picture)
    power = ((picture.clamp_min(_SLOPE * _LINEAR) + 0.055) / 1.055) ** 2.4
    return torch.where(picture <= _SLOPE * _LINEAR, picture / _SLOPE, power)


def _from_smoothstep(value: Tensor) -> Tensor:
    """The root in [0, 1] of the cubic ``3 p^2 - 2 p^3 = value``, by its trigonometric solution."""
    ends = 1 - torch.finfo(value.dtype).eps
    angle = (1 - 2 * value).clamp(-ends, ends).asin() / 3
    inside = 0.5 - angle.sin()
    return torch.where(value <= 0, 0 * inside, torch.where(value >= 1, 1 + 0 * inside, inside))
