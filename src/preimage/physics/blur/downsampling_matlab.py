"""Antialiased resizing to smaller images, as MATLAB's imresize defines it."""

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import Literal

import torch
from torch import Tensor

from preimage._shapes import check_float, check_image, per_image
from preimage.errors import ArgumentError, ShapeError
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.transform import cubic, lanczos, linear

__all__ = ["DownsamplingMatlab"]

Interpolation = Literal["bicubic", "bilinear", "lanczos2", "lanczos3"]

_RADIUS = {"bicubic": 2, "bilinear": 1, "lanczos2": 2, "lanczos3": 3}
_PROFILES = {
    "bicubic": cubic,
    "bilinear": linear,
    "lanczos2": partial(lanczos, lobes=2),
    "lanczos3": partial(lanczos, lobes=3),
}


class DownsamplingMatlab(LinearPhysics):
    r"""``A x = W_h x W_w^T``: resizing by ``1 / factor`` with the conventions of MATLAB's ``imresize``.

    Pixels are squares: output pixel ``i`` is centred at ``(i + 1/2) factor - 1/2``. The interpolation kernel is
    stretched by ``factor`` unless ``antialiasing`` is off, its weights sum to one, and the image is mirrored at its
    border with the last pixel repeated. Each axis has a dense (out, in) matrix of weights, so pseudo-inverse, shifted
    solve and norm are in closed form from small matrices.

    Args:
        factor: how many times smaller, >= 1; an integer, a ``Fraction`` or a float close to a ratio of small integers.
        kernel: ``bicubic`` (a = -1/2), ``bilinear``, ``lanczos2`` or ``lanczos3``.
        antialiasing: whether the kernel is stretched.

    Shapes: images (B, C, H, W), real or complex; ``H / factor`` and ``W / factor`` must be integers.

    Raises:
        ArgumentError: the factor is below one or infinite, or the kernel has no such name.
        ShapeError: the measurement would have a fractional size.

    Source: Keys, "Cubic convolution interpolation for digital image processing", TASSP 1981, for the cubic.
    """

    def __init__(
        self,
        factor: int | float | Fraction,
        kernel: Interpolation = "bicubic",
        antialiasing: bool = True,
        noise: Noise | None = None,
    ) -> None:
        super().__init__(noise)
        if not 1 <= factor < math.inf:
            raise ArgumentError(f"`factor` must be a number >= 1, got {factor!r}; only smaller images are made.")
        if kernel not in _RADIUS:
            raise ArgumentError(f"`kernel` must be one of {', '.join(_RADIUS)}, got {kernel!r}; choose one.")
        ratio = Fraction(factor).limit_denominator(1000)
        self.factor = factor
        self.kernel: Interpolation = kernel
        self.antialiasing = antialiasing
        self._large, self._small = ratio.numerator, ratio.denominator

    def A(self, x: Tensor) -> Tensor:
        """``W_h x W_w^T``."""
        check_image(x, spatial=(2,))
        rows, columns = self._matrices(x.shape[-2:], x)
        return rows @ x @ columns.mT

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``W_h^T y W_w``."""
        check_float(y, "y")
        rows, columns = self._matrices(self._image_sizes(y), y)
        return rows.mT @ y @ columns

    def seen(self, y: Tensor) -> None:
        """Every entry of the measurement is measured."""

    def A_dagger(self, y: Tensor) -> Tensor:
        """``W_h^+ y (W_w^+)^T``."""
        rows, columns = self._matrices(self._image_sizes(y), y)
        return torch.linalg.pinv(rows) @ y @ torch.linalg.pinv(columns).mT

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """``(b - A^H (A A^H + rho)^-1 A b) / rho``, with the eigenvectors of ``W_h W_h^T`` and ``W_w W_w^T``."""
        rows, columns = self._matrices(b.shape[-2:], b)
        (power_h, U), (power_w, V) = torch.linalg.eigh(rows @ rows.mT), torch.linalg.eigh(columns @ columns.mT)
        rows, columns = U.mH @ rows, V.mH @ columns
        shift = per_image(rho, b.real)
        inner = (rows @ b @ columns.mT) / (power_h[:, None] * power_w + shift)
        return (b - rows.mT @ inner @ columns) / shift

    def norm(self, like: Tensor) -> Tensor:
        """``||W_h|| ||W_w||``, (1,)."""
        rows, columns = self._matrices(like.shape[-2:], like.real)
        return (torch.linalg.matrix_norm(rows, 2) * torch.linalg.matrix_norm(columns, 2)).reshape(1)

    def _image_sizes(self, y: Tensor) -> tuple[int, ...]:
        check_image(y, "y", spatial=(2,))
        return tuple(size * self._large // self._small for size in y.shape[-2:])

    def _matrices(self, sizes: Sequence[int], like: Tensor) -> tuple[Tensor, Tensor]:
        """``W_h`` and ``W_w`` for images of ``sizes``, with the dtype and device of ``like``."""
        if any(size * self._small % self._large for size in sizes):
            raise ShapeError(
                f"`x` must have sizes that are whole when divided by {self.factor}, got {tuple(sizes)}; crop it."
            )
        rows, columns = (self._weights(size) for size in sizes)
        return rows.to(like), columns.to(like)

    def _weights(self, size: int) -> Tensor:
        """The (out, in) matrix of one axis, in double precision."""
        stretch = self._large / self._small if self.antialiasing else 1.0
        width = 2 * _RADIUS[self.kernel] * stretch
        count = size * self._small // self._large
        centre = (torch.arange(count, dtype=torch.float64) + 0.5) * self._large / self._small - 0.5
        index = (centre - width / 2).floor().long()[:, None] + torch.arange(math.ceil(width) + 2)
        weights = _PROFILES[self.kernel]((centre[:, None] - index) / stretch)
        weights = weights / weights.sum(1, keepdim=True)
        index = index.remainder(2 * size)
        index = torch.where(index < size, index, 2 * size - 1 - index)
        return torch.zeros(count, size, dtype=torch.float64).scatter_add(1, index, weights)
