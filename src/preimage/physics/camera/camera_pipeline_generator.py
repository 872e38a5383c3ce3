"""Random cameras."""

import torch
from torch import Tensor

from preimage.physics.parameters.base import ParameterGenerator, normal, require_range, uniforms

__all__ = ["CameraPipelineGenerator"]

# From CIE XYZ to the colours of four cameras: the colour matrices of their raw files, as used in the source below.
_CAMERAS = (
    ((1.0234, -0.2969, -0.2266), (-0.5625, 1.6328, -0.0469), (-0.0703, 0.2188, 0.6406)),
    ((0.4913, -0.0541, -0.0202), (-0.6130, 1.3513, 0.2906), (-0.1564, 0.2151, 0.7183)),
    ((0.8380, -0.2630, -0.0639), (-0.2887, 1.0725, 0.2496), (-0.0627, 0.1427, 0.5438)),
    ((0.6596, -0.2079, -0.0562), (-0.4782, 1.3016, 0.1933), (-0.0970, 0.1581, 0.5181)),
)
# From linear sRGB to CIE XYZ, white D65.
_SRGB = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
_MEAN, _SPREAD, _LEAST = 0.8, 0.1, 0.2  # of 1 / exposure


class CameraPipelineGenerator(ParameterGenerator):
    """``white_balance``, ``colour_matrix`` and ``exposure`` of :class:`preimage.physics.CameraPipeline`.

    White balance is uniform, green has 1. The colour matrix is that of a random mixture (convex, of uniform weights) of
    four cameras, with rows that sum to one. ``1 / exposure`` is normal, 0.8 +- 0.1, and at least 0.2.

    Args:
        red: least and largest factor of red, > 0.
        blue: least and largest factor of blue, > 0.

    Shapes: ``white_balance`` (B, 3), ``colour_matrix`` (B, 3, 3), ``exposure`` (B,).

    Raises:
        ArgumentError: a range is empty, or reaches below zero or to infinity.

    Source: Brooks et al., "Unprocessing images for learned raw denoising", CVPR 2019.
    """

    def __init__(self, red: tuple[float, float] = (1.9, 2.4), blue: tuple[float, float] = (1.5, 1.9)) -> None:
        super().__init__()
        require_range(red, "red")
        require_range(blue, "blue")
        self.red = red
        self.blue = blue

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """White balance, colours and exposure of a random camera."""
        chances = uniforms(6, rng)
        red, blue = (low + (high - low) * u for (low, high), u in zip((self.red, self.blue), chances, strict=False))
        gains = torch.stack([red, torch.ones_like(red), blue])
        cameras, srgb = (torch.tensor(table, dtype=torch.float64) for table in (_CAMERAS, _SRGB))
        weights = chances[2:] / chances[2:].sum()
        seen = (weights[:, None, None] * cameras).sum(0) @ srgb
        matrix = torch.linalg.inv(seen / seen.sum(1, keepdim=True))
        brightness = (_MEAN + _SPREAD * normal(1, rng)[0]).clamp_min(_LEAST)
        return {"white_balance": gains, "colour_matrix": matrix, "exposure": 1 / brightness}
