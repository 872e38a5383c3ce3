"""Perceptual similarity by Haar wavelets."""

import torch
from torch import Tensor
from torch.nn.functional import pad

from preimage._ranges import check_level
from preimage.metric.base import Metric
from preimage.metric.perceptual.brightness import check_pictures, halve, yiq

__all__ = ["HaarPSI"]

_ALPHA, _C = 4.2, 30.0


class HaarPSI(Metric):
    """Haar wavelet-based perceptual similarity index, in [0, 1]: ``l(sum w s(h) / sum w)^2``.

    ``s(t) = 1 / (1 + exp(-4.2 t))``, ``l`` is its inverse. ``h`` is the mean over the two finest scales of the
    similarity ``(2 |c c'| + 30) / (c^2 + c'^2 + 30)`` of Haar coefficients ``c`` of values up to 255, once for rows
    and once for columns; ``w`` is the larger coefficient of the two images at the third scale. Of RGB, brightness Y is
    scored like that, and the similarity of the colours I and Q (means over 2 x 2 pixels) counts as a third direction
    with the mean of the two weights. Pictures are averaged over blocks of 2 x 2 pixels first. Beyond the border there
    are zeros, as published, so every pixel is scored. Two pictures without any structure, which have no weights, are
    averaged without them.

    Args:
        data_range: largest minus smallest possible value, > 0; 1 for images in [0, 1].

    Shapes: ``x`` (B, 1, H, W) or (B, 3, H, W), real, at least 16 pixels in each direction.

    Raises:
        ArgumentError: ``data_range`` is not positive.

    Source: Reisenhofer, Bosse, Kutyniok, Wiegand, "A Haar wavelet-based perceptual similarity index for image quality
    assessment", Signal Processing: Image Communication 61, 2018.
    """

    higher_is_better = True

    def __init__(self, data_range: float = 1.0) -> None:
        super().__init__()
        check_level("data_range", data_range, "use 1 for images in [0, 1]")
        self.data_range = data_range

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pictures(x_hat, x, 16)
        a, b = ((255 / self.data_range) * halve(yiq(image) if x.shape[1] == 3 else image) for image in (x_hat, x))
        scales = [[_haar(image[:, :1], 2**k) for image in (a, b)] for k in (1, 2, 3)]
        similarity = (_similarity(*scales[0]) + _similarity(*scales[1])) / 2
        weights = torch.maximum(*(coefficient.abs() for coefficient in scales[2]))
        if x.shape[1] == 3:
            colours = [_block_means(image[:, 1:]).abs() for image in (a, b)]
            similarity = torch.cat([similarity, _similarity(*colours).mean(1, keepdim=True)], 1)
            weights = torch.cat([weights, weights.mean(1, keepdim=True)], 1)
        shares = torch.sigmoid(_ALPHA * similarity).flatten(1)
        weights = weights.flatten(1)
        total = weights.sum(1)
        weighted = (shares * weights).sum(1) / torch.where(total > 0, total, 1)
        return (torch.logit(torch.where(total > 0, weighted, shares.mean(1))) / _ALPHA).square()


def _similarity(a: Tensor, b: Tensor) -> Tensor:
    return (2 * (a * b).abs() + _C) / (a.square() + b.square() + _C)


def _haar(x: Tensor, size: int) -> Tensor:
    """Differences of the halves of windows of ``size`` pixels, divided by ``size``, down and across: (B, 2, H, W)."""
    half = size // 2
    x = pad(x, (half - 1, half, half - 1, half)) / size
    rows, columns = _box(_box(x, 3, size), 2, half), _box(_box(x, 2, size), 3, half)
    return torch.cat([rows[:, :, half:] - rows[:, :, :-half], columns[..., half:] - columns[..., :-half]], 1)


def _box(x: Tensor, axis: int, length: int) -> Tensor:
    """Sums of ``length`` neighbours along an axis; a power of two."""
    step = 1
    while step < length:
        size = x.shape[axis] - step
        x = x.narrow(axis, 0, size) + x.narrow(axis, step, size)
        step *= 2
    return x


def _block_means(x: Tensor) -> Tensor:
    """Means of each pixel and its three neighbours to the right and below, zeros beyond the border."""
    return _box(_box(pad(x, (0, 1, 0, 1)), 2, 2), 3, 2) / 4
