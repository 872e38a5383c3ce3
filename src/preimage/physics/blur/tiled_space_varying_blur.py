"""Blur that changes from tile to tile."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad

from preimage._ranges import check_count
from preimage._shapes import check_image
from preimage.errors import ShapeError
from preimage.physics.blur.space_varying_blur import require_bank
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.transform.convolution import Method, convolve, convolve_adjoint, require_method

__all__ = ["TiledSpaceVaryingBlur", "tile_weights"]


class TiledSpaceVaryingBlur(LinearPhysics):
    r"""``A x = sum_k h_k * (w_k x)`` where every ``w_k`` lives on a tile: a grid of kernels that cover a field.

    Tiles lie on a grid of ``rows x columns`` that covers the image; between the middles of neighbours the weights go
    linearly from one to the other and sum to one, so that the point spread function changes continuously, and is the
    mixture of four kernels at most. What is beyond the border is dark, or with ``valid`` not measured. It is
    :class:`preimage.physics.SpaceVaryingBlur` of ``rows * columns`` filters at about four times the price of one blur,
    however many there are.

    Args:
        filters: (1 or B, rows * columns, 1 or C, kh, kw), row by row of the grid.
        grid: (rows, columns), the number of tiles down and across.
        valid: keep only positions where kernels lie inside the image; else as many samples as the image has.
        method: ``fft``, ``direct``, or whichever costs less (``auto``).

    Shapes: images (B, C, H, W), real; H and W at least as large as the grid.

    Raises:
        ArgumentError: ``grid`` is not two counts.
        ShapeError: there is not one filter for each tile, or the image does not fit.

    Source: Nagy & O'Leary 1998.
    """

    def __init__(
        self,
        filters: Tensor,
        grid: tuple[int, int],
        valid: bool = True,
        method: Method = "auto",
        noise: Noise | None = None,
    ) -> None:
        super().__init__(noise)
        require_bank(filters)
        require_method(method)
        for count in grid:
            check_count("grid", count, "give the number of tiles down and across")
        if filters.ndim != 5 or filters.shape[1] != grid[0] * grid[1]:
            raise ShapeError(
                f"`filters` must be (1 or B, {grid[0] * grid[1]}, 1 or C, kh, kw) for a grid of {tuple(grid)}, got "
                f"{tuple(filters.shape)}; give one kernel for each tile, row by row."
            )
        self.filters = filters
        self.grid = tuple(grid)
        self.valid = valid
        self.method: Method = method

    def A(self, x: Tensor) -> Tensor:
        """The sum of the blurred tiles, each where it belongs."""
        check_image(x, spatial=(2,))
        size, (above, left) = (x.shape[-2], x.shape[-1]), self._reach()
        y = self._nothing(x, (size[0] + above, size[1] + left))
        for kernel, rows, columns, weights in self._tiles(size, x):
            part = pad(x[..., rows, columns] * weights, (left, left, above, above))
            blurred = convolve(part, kernel, "valid", self.method)
            y[..., rows.start : rows.stop + above, columns.start : columns.stop + left] += blurred
        return y[self._kept(size)]

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The sum of the correlated tiles, each with its weights."""
        check_image(y, "y", spatial=(2,))
        above, left = self._reach()
        size = (y.shape[-2] + above, y.shape[-1] + left) if self.valid else (y.shape[-2], y.shape[-1])
        wide = y.new_zeros(*y.shape[:2], size[0] + above, size[1] + left)
        wide[self._kept(size)] = y
        x = self._nothing(y, size)
        for kernel, rows, columns, weights in self._tiles(size, y):
            part = wide[..., rows.start : rows.stop + above, columns.start : columns.stop + left]
            back = convolve_adjoint(part, kernel, "valid", self.method)
            inner = back[..., above : back.shape[-2] - above, left : back.shape[-1] - left]
            x[..., rows, columns] += inner * weights
        return x

    def seen(self, y: Tensor) -> None:
        """Every entry of the measurement is measured."""

    def _reach(self) -> tuple[int, int]:
        """How much larger the full convolution is than the image."""
        return self.filters.shape[-2] - 1, self.filters.shape[-1] - 1

    def _nothing(self, like: Tensor, size: tuple[int, int]) -> Tensor:
        """Zeros to add to; mapped over filters where these are, so that vmap may write in place."""
        return like.new_zeros(*like.shape[:2], *size) + torch.zeros_like(self.filters.sum()).to(like)

    def _tiles(self, size: tuple[int, int], like: Tensor) -> Iterator[tuple[Tensor, slice, slice, Tensor]]:
        """For each tile its kernel, where it lies in an image of ``size``, and its weights there."""
        if size[0] < self.grid[0] or size[1] < self.grid[1]:
            raise ShapeError(f"`x` must be at least as large as the grid {self.grid}, got {size}; take fewer tiles.")
        along = [tile_weights(n, count) for n, count in zip(size, self.grid, strict=True)]
        for index, ((rows, down), (columns, across)) in enumerate(product(*along)):
            yield self.filters[:, index].to(like), rows, columns, (down[:, None] * across).to(like)

    def _kept(self, size: tuple[int, int]) -> tuple[Any, ...]:
        """Which part of the full convolution is measured."""
        taps = self.filters.shape[-2:]
        if self.valid:
            return (..., *(slice(tap - 1, n) for tap, n in zip(taps, size, strict=True)))
        return (..., *(slice(tap // 2, tap // 2 + n) for tap, n in zip(taps, size, strict=True)))


def tile_weights(size: int, count: int) -> list[tuple[slice, Tensor]]:
    """Parts of one along an axis of ``size`` samples: where each of ``count`` is not zero, and its values, float64.

    Each goes linearly from one, in the middle of its share of the axis, to zero in the middles of its neighbours'
    shares; the first and the last stay at one to the border.
    """
    # The middle of share i is at ((2 i + 1) size - count) / (2 count); whole numbers keep this exact, and traceable.
    whole = 2 * count
    position = (torch.arange(size, dtype=torch.float64) * whole - size + count) / (2 * size)  # in shares
    found = []
    for index in range(count):
        start = ((2 * index - 1) * size - count) // whole + 1 if index else 0
        stop = -((count - (2 * index + 3) * size) // whole) if index < count - 1 else size
        found.append((slice(start, stop), 1 - (position[start:stop].clamp(0, count - 1) - index).abs()))
    return found
