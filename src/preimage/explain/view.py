"""The picture around what is explained."""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from preimage.explain.scene import CodedPart, Scene

__all__ = ["View"]

_OVERVIEW = 480


@dataclass(frozen=True)
class View:
    """A degraded picture, and the part of it that was restored.

    Attributes:
        at: row and column of the pixel whose patch is explained.
        size: height and width of the picture.
        overview: the picture, reduced to 480 pixels a side at most, (C, h, w).
        corner: row and column of the first pixel of the part.
        measured: the part as it was, (C, height, width).
        restored: the part restored, alike.
    """

    at: tuple[int, int]
    size: tuple[int, int]
    overview: Tensor
    corner: tuple[int, int]
    measured: Tensor
    restored: Tensor

    @staticmethod
    def of(scene: Scene, coded: CodedPart, at: tuple[int, int]) -> "View":
        """What surrounds the pixel ``at`` of a part."""
        part, (_, height, width) = coded.part, scene.pixels.shape
        ratio = min(1.0, _OVERVIEW / max(height, width))
        small = [max(1, round(length * ratio)) for length in (height, width)]
        overview = scene.pixels if ratio == 1 else F.interpolate(scene.pixels[None], size=small, mode="area")[0]
        measured = scene.pixels[:, part.top : part.top + part.height, part.left : part.left + part.width]
        return View(at, (height, width), overview, (part.top, part.left), measured, coded.estimate)
