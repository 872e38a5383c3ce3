"""Rows and columns of a sensor that are too bright or too dark as a whole."""

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import check_image, per_image
from preimage.physics.noise._coloured import ColouredNoise, Function

__all__ = ["BandingNoise"]


class BandingNoise(ColouredNoise):
    r"""``y = z + sigma n + rows r + columns c``: white noise, and one normal number for each row and each column.

    Rows (and columns) of each channel, and of each plane of a volume, have offsets of their own. The covariance is
    diagonal between the means of rows, of columns, of all and what is left, with the variances
    ``sigma^2 + W rows^2``, ``sigma^2 + H columns^2``, ``sigma^2 + W rows^2 + H columns^2`` and ``sigma^2``; so
    likelihood, gradient, prox and conjugate are closed forms.

    Args:
        sigma: standard deviation of the white part in image units, a float > 0 or (B,).
        rows: standard deviation of the offsets of rows, a float >= 0 or (B,).
        columns: standard deviation of the offsets of columns, likewise.

    Shapes: ``z`` (B, C, H, W) or (B, C, D, H, W), real or complex; ``y`` is like it.

    Raises:
        ArgumentError: a level is out of its range.

    Source: the definition.
    """

    def __init__(
        self, sigma: float | Tensor = 0.05, rows: float | Tensor = 0.01, columns: float | Tensor = 0.0
    ) -> None:
        super().__init__()
        check_number("sigma", sigma, "a likelihood needs white noise")
        for name, value in (("rows", rows), ("columns", columns)):
            check_number(name, value, "give a standard deviation in image units", zero=True)
        self.sigma = sigma
        self.rows = rows
        self.columns = columns

    def _levels(self, like: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The variances of what is left, of the means of rows, of those of columns, and of all."""
        height, width = like.shape[-2:]
        white, rows, columns = (per_image(v, like.real).square() for v in (self.sigma, self.rows, self.columns))
        return white, white + width * rows, white + height * columns, white + width * rows + height * columns

    def filtered(self, x: Tensor, function: Function) -> Tensor:
        """Each part, of mean values and what is left, times its number."""
        check_image(x, "z")
        rest, row, column, whole = (function(level) for level in self._levels(x))
        rows, columns, mean = x.mean(-1, keepdim=True), x.mean(-2, keepdim=True), x.mean((-2, -1), keepdim=True)
        offsets = (row - rest) * (rows - mean) + (column - rest) * (columns - mean) + (whole - rest) * mean
        return rest * x + offsets

    def variances(self, like: Tensor) -> tuple[Tensor, Tensor]:
        """The four variances, as often as there are such directions."""
        height, width = like.shape[-2:]
        times = [(height - 1) * (width - 1), height - 1, width - 1, 1]
        planes = like.shape[1:-2].numel()
        values = torch.cat([level.flatten(1) for level in self._levels(like)], 1)
        return values, planes * torch.tensor(times, dtype=values.dtype, device=values.device)
