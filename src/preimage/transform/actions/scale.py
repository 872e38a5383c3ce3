"""Images zoomed about a random centre."""

from collections.abc import Sequence

import torch
from torch import Tensor
from typing_extensions import override

from preimage._ranges import check_level
from preimage.errors import ArgumentError
from preimage.transform.actions.base import InvertibleTransform, Params, uniforms
from preimage.transform.actions.resample import Resampling, pixel_grid

__all__ = ["Scale"]


class Scale(InvertibleTransform):
    """``(T x)(u) = x(c + (u - c) / s)`` with a random factor ``s`` and centre ``c``, on the same pixels.

    The parameters are the factors (B,) and the centres (B, 2), column and row as parts of the sides. The inverse
    interpolates, too: what a small copy cannot hold, and what a large one pushed out of the frame, is lost.

    Args:
        factors: what ``s`` is drawn from, > 0; below one, images shrink and are continued around.
        resampling: how images are interpolated and continued; bicubic and reflected by default.

    Raises:
        ArgumentError: there is no factor, or one is not positive.

    Source: Scanvic, Davies, Abry, Tachella, "Scale-equivariant imaging: self-supervised learning for image
    super-resolution and deblurring", 2023.
    """

    def __init__(self, factors: Sequence[float] = (0.5, 0.75), resampling: Resampling | None = None) -> None:
        super().__init__()
        if not factors:
            raise ArgumentError("`factors` must hold one factor or more, got none; give (0.5, 0.75), the default.")
        for factor in factors:
            check_level("factors", factor, "see help(Scale)")
        self.factors = tuple(factors)
        self.resampling = Resampling("bicubic") if resampling is None else resampling

    @override
    def draw(self, batch: int, rng: torch.Generator | None = None) -> Params:
        drawn = uniforms(batch, 3, rng)
        which = (len(self.factors) * drawn[:, 0]).long()
        return torch.tensor(self.factors, dtype=torch.float64)[which], drawn[:, 1:]

    @override
    def transform(self, x: Tensor, params: Params) -> Tensor:
        return self._zoomed(x, 1 / params[0], params[1])

    @override
    def inverse(self, x: Tensor, params: Params) -> Tensor:
        return self._zoomed(x, params[0], params[1])

    def _zoomed(self, x: Tensor, step: Tensor, centre: Tensor) -> Tensor:
        """``x`` sampled in steps of ``step`` pixels."""
        last = torch.tensor([x.shape[-1] - 1, x.shape[-2] - 1], dtype=torch.float64, device=x.device)
        middle = (centre.to(last) * last)[:, None, None]
        points = middle + (pixel_grid(x) - middle) * step.to(last)[:, None, None, None]
        return self.resampling.sample(x, points.expand(len(x), -1, -1, -1))
