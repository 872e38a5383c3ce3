"""Frames of a film that are kept."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.errors import ArgumentError
from preimage.physics.parameters.splitting.base import SplittingMaskGenerator, draw_uniforms, require_shape

__all__ = ["Artifact2ArtifactSplittingMaskGenerator", "Phase2PhaseSplittingMaskGenerator"]


class Phase2PhaseSplittingMaskGenerator(SplittingMaskGenerator):
    """Every other frame is kept, at random the first, third, ... or the second, fourth, ...

    Args:
        shape: the shape of a film without the batch, (C, T, H, W).

    Shapes: ``mask`` (B, C, T, H, W).

    Raises:
        ShapeError: the shape has fewer than three axes.

    Source: Eldeniz et al., "Phase2Phase: respiratory motion-resolved reconstruction of free-breathing MRI using deep
    learning without a ground truth for improved liver imaging", Investigative Radiology 56, 2021.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(shape)
        require_shape(shape, 3)

    def kept(self, mask: Tensor, rng: torch.Generator | None) -> Tensor:
        """Frames of one parity for each film."""
        odd = draw_uniforms((len(mask), 1), mask, rng) < 0.5
        frames = torch.arange(self.shape[-3], device=mask.device) % 2 == 1
        return (frames == odd).view(len(mask), *(1,) * (mask.ndim - 4), -1, 1, 1)


class Artifact2ArtifactSplittingMaskGenerator(SplittingMaskGenerator):
    """One stretch of consecutive frames is kept, at random.

    Args:
        shape: the shape of a film without the batch, (C, T, H, W).
        frames: length of a stretch, >= 1; the number of all frames is a multiple of it.

    Shapes: ``mask`` (B, C, T, H, W).

    Raises:
        ArgumentError: the frames do not divide into stretches of that length.
        ShapeError: the shape has fewer than three axes.

    Source: Liu et al., "RARE: image reconstruction using deep priors learned without groundtruth", IEEE JSTSP 2020.
    """

    def __init__(self, shape: tuple[int, ...], frames: int = 2) -> None:
        super().__init__(shape)
        require_shape(shape, 3)
        check_count("frames", frames, "two is usual")
        if shape[-3] % frames:
            raise ArgumentError(f"`frames` must divide the {shape[-3]} frames, got {frames}; choose a divisor.")
        self.frames = frames

    def kept(self, mask: Tensor, rng: torch.Generator | None) -> Tensor:
        """The frames of one stretch for each film."""
        count = self.shape[-3] // self.frames
        chosen = (draw_uniforms((len(mask), 1), mask, rng) * count).long()
        stretches = torch.arange(self.shape[-3], device=mask.device) // self.frames
        return (stretches == chosen).view(len(mask), *(1,) * (mask.ndim - 4), -1, 1, 1)
