"""Structural similarity at several scales."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, avg_pool3d

from preimage._ranges import check_level
from preimage._shapes import check_image
from preimage.errors import ArgumentError, ShapeError
from preimage.kernels.sliding.window_means import gaussian_weights
from preimage.kernels.ssim import ssim
from preimage.metric.base import Metric, check_pair, check_real

__all__ = ["MSSSIM"]

_WINDOW, _WIDTH = 11, 1.5


class MSSSIM(Metric):
    r"""Multi-scale structural similarity (MS-SSIM): ``S_M^w_M prod_(j < M) C_j^w_j``, averaged over channels.

    ``S_j`` is :class:`SSIM` at scale ``j`` and ``C_j`` the mean of its factor of contrast and structure,
    ``(2 s_xx' + c2) / (s_x^2 + s_x'^2 + c2)``; each scale is the one before, averaged over blocks of two pixels along
    each axis, without the last row or column where their number is odd. A mean below zero, as of a negative, counts
    as zero. As in :class:`SSIM` windows have 11 pixels and lie inside the image: a border of 5 pixels is not scored at
    the first scale, one of 80 at the fifth. Each channel is scored on its own. Volumes (B, C, D, H, W) get windows and
    blocks in three dimensions.

    Args:
        data_range: largest minus smallest possible value, > 0; 1 for images in [0, 1].
        weights: exponents ``w_1, ..., w_M``, one for each scale, > 0.

    Raises:
        ArgumentError: a number is out of its range.
        ShapeError: the images are smaller than the window at the last scale (176 pixels by default), or complex.

    Source: Wang, Simoncelli, Bovik, "Multiscale structural similarity for image quality assessment", Asilomar 2003.
    """

    higher_is_better = True

    def __init__(
        self, data_range: float = 1.0, weights: Sequence[float] = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
    ) -> None:
        super().__init__()
        check_level("data_range", data_range, "use 1 for images in [0, 1]")
        if not weights or min(weights) <= 0:
            raise ArgumentError(f"`weights` must be one positive number for each scale, got {weights}; leave them out.")
        self.data_range = data_range
        self.weights = tuple(weights)

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pair(x_hat, x)
        check_image(x)
        check_real(x_hat, x)
        least = _WINDOW * 2 ** (len(self.weights) - 1)
        if min(x.shape[2:]) < least:
            raise ShapeError(
                f"`x` must be at least {least} pixels in every direction, got {tuple(x.shape)}; give fewer `weights`, "
                "or use SSIM."
            )
        c1, c2 = (0.01 * self.data_range) ** 2, (0.03 * self.data_range) ** 2
        window, pool = gaussian_weights(_WINDOW, _WIDTH), avg_pool2d if x.ndim == 4 else avg_pool3d
        score = torch.ones((), dtype=x.dtype, device=x.device)
        for scale, weight in enumerate(self.weights):
            if scale:
                x_hat, x = pool(x_hat, 2), pool(x, 2)
            is_last = scale == len(self.weights) - 1
            score = score * _power(ssim(x_hat, x, window, c1, c2)[..., 0 if is_last else 1], weight)
        return score.mean(1)


def _power(base: Tensor, exponent: float) -> Tensor:
    """``max(base, 0)^exponent``, with the derivative 0 rather than NaN where it is zero."""
    return torch.where(base > 0, base.clamp_min(torch.finfo(base.dtype).tiny) ** exponent, 0)
