"""Random blurs that change over the field of view."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.physics.parameters.base import ParameterGenerator, uniforms

__all__ = ["ProductConvolutionBlurGenerator", "TiledBlurGenerator"]


class TiledBlurGenerator(ParameterGenerator):
    """A random kernel for each tile of a grid: the filters of :class:`preimage.physics.TiledSpaceVaryingBlur`.

    Args:
        kernels: draws ``kernel`` (1, h, w), like :class:`MotionBlurGenerator`.
        grid: (rows, columns), the number of tiles down and across.

    Shapes: ``filters`` (B, rows * columns, 1, h, w).

    Raises:
        ArgumentError: ``grid`` is not two counts.
    """

    def __init__(self, kernels: ParameterGenerator, grid: tuple[int, int]) -> None:
        super().__init__()
        for count in grid:
            check_count("grid", count, "give the number of tiles down and across")
        self.kernels = kernels
        self.grid = grid

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """The kernels of all tiles of one image."""
        return {"filters": self.kernels.draw_batch(self.grid[0] * self.grid[1], rng)["kernel"]}


class ProductConvolutionBlurGenerator(ParameterGenerator):
    """Random kernels and where they count: what :class:`preimage.physics.SpaceVaryingBlur` is made of.

    Kernels stand at random places ``c_k``, uniform over the image. The weights are parts of one,
    ``w_k(n) = exp(-|n - c_k|^2 / (2 s^2)) / sum_j exp(-|n - c_j|^2 / (2 s^2))`` with ``s^2 = H W / (4 count)``.

    Args:
        kernels: draws ``kernel`` (1, h, w), like :class:`MotionBlurGenerator`.
        count: the number of kernels, >= 1.
        shape: (H, W) of the images.

    Shapes: ``filters`` (B, count, 1, h, w), ``multipliers`` (B, count, 1, H, W).

    Raises:
        ArgumentError: ``count`` or a size is no count.
    """

    def __init__(self, kernels: ParameterGenerator, count: int, shape: tuple[int, int]) -> None:
        super().__init__()
        check_count("count", count, "give the number of kernels")
        for size in shape:
            check_count("shape", size, "give (H, W) of the images")
        self.kernels = kernels
        self.count = count
        self.shape = shape

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """The kernels of one image and their weights."""
        filters = self.kernels.draw_batch(self.count, rng)["kernel"]
        places = uniforms(2 * self.count, rng).reshape(2, self.count, 1)
        square = [
            (place * size - 0.5 - torch.arange(size, dtype=torch.float64)) ** 2
            for place, size in zip(places, self.shape, strict=True)
        ]
        spread = self.shape[0] * self.shape[1] / (4 * self.count)
        exponent = -(square[0][:, :, None] + square[1][:, None, :]) / (2 * spread)
        return {"filters": filters, "multipliers": exponent.softmax(0)[:, None]}
