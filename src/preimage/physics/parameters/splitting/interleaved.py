"""Views of a scan of which every few are kept back."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.errors import ArgumentError
from preimage.physics.parameters.splitting.base import SplittingMaskGenerator, draw_uniforms

__all__ = ["InterleavedSplittingMaskGenerator"]


class InterleavedSplittingMaskGenerator(SplittingMaskGenerator):
    """All is kept but every ``parts``-th view, from the first, second, ... on, at random.

    Noise2Inverse with its strategy X:1 on projections of tomography: neighbouring detectors blur into each other,
    projections do not.

    Args:
        shape: the shape of a measurement without the batch, such as (C, V, K) for V views of K bins.
        parts: into how many interleaved parts the views are divided, >= 2; one of them is kept back.
        axis: the axis of the views in ``shape``.

    Shapes: ``mask`` (B, *shape).

    Raises:
        ArgumentError: there are fewer than two parts, or fewer views than parts; the shape has no such axis.
        ShapeError: the shape is empty.

    Source: Hendriksen, Pelt, Batenburg, "Noise2Inverse: self-supervised deep convolutional denoising for tomography",
    IEEE TCI 2020.
    """

    def __init__(self, shape: tuple[int, ...], parts: int = 4, axis: int = 1) -> None:
        super().__init__(shape)
        check_count("parts", parts, "4 is usual", least=2)
        if not -len(shape) <= axis < len(shape):
            raise ArgumentError(f"`axis` must be one of the {len(shape)} axes of `shape`, got {axis}.")
        if shape[axis] < parts:
            raise ArgumentError(f"`parts` must be at most the number of views, {shape[axis]}, got {parts}.")
        self.parts = parts
        self.axis = axis

    def kept(self, mask: Tensor, rng: torch.Generator | None) -> Tensor:
        """The views of all parts but one, drawn for each measurement."""
        back = (draw_uniforms((len(mask), 1), mask, rng) * self.parts).long()
        views = torch.arange(self.shape[self.axis], device=mask.device) % self.parts
        sizes = [1] * len(self.shape)
        sizes[self.axis] = -1
        return (views != back).view(len(mask), *sizes)
