"""The quality of pansharpened images, judged by the measurement."""

import itertools

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from preimage._module import Module
from preimage._ranges import check_level
from preimage._shapes import check_image
from preimage.errors import ShapeError
from preimage.metric.base import check_real
from preimage.metric.spectral.quality_index import WINDOW, Bands, quality

__all__ = ["DS", "QNR", "DLambda", "PansharpeningMetric"]


class PansharpeningMetric(Module):
    """``score = metric(x_hat, (colours, grey))``, one value per image: (B,). The truth is not needed.

    ``Q`` of two bands is the universal image quality index, averaged over Gaussian windows of standard deviation 1.5
    and 11 pixels that lie inside the image: a border of 5 pixels is not scored. The unit does not count: a factor
    common to ``x_hat``, ``colours`` and ``grey`` leaves the score as it is.

    Shapes: ``x_hat`` (B, C, H, W), ``colours`` (B, C, h, w), ``grey`` (B, 1, H, W), real, the sizes ``H`` and ``W`` one
    multiple of ``h`` and ``w``, which are at least 11: a measurement of :class:`preimage.physics.Pansharpen`.
    """

    higher_is_better: bool = False

    def forward(self, x_hat: Tensor, y: tuple[Tensor, Tensor], low: Tensor | None = None) -> Tensor:
        """The score of each image, (B,).

        Args:
            x_hat: the colours at the resolution of the grey picture.
            y: the colours and the grey picture as measured.
            low: the grey picture as the colours were measured (B, 1, h, w); by default the means over its blocks. A
                measurement whose samples do not lie in the middle of their blocks needs one that was made alike.

        Raises:
            ShapeError: the sizes do not fit.
        """
        raise NotImplementedError


class DLambda(PansharpeningMetric):
    """Spectral distortion ``D_lambda = (mean_(c != d) |Q(x_c, x_d) - Q(y_c, y_d)|^p)^(1 / p)``.

    ``x_c`` are the bands of ``x_hat``, ``y_c`` the colours that were measured.

    Args:
        p: > 0.

    Raises:
        ArgumentError: ``p`` is not positive.
        ShapeError: there is one band only.

    Source: Alparone et al., "Multispectral and panchromatic data fusion assessment without reference", PE&RS 74, 2008.
    """

    def __init__(self, p: float = 1.0) -> None:
        super().__init__()
        check_level("p", p, "1 is published")
        self.p = p

    def forward(self, x_hat: Tensor, y: tuple[Tensor, Tensor], low: Tensor | None = None) -> Tensor:
        """The score of each image, (B,)."""
        _check(x_hat, y, low)
        if x_hat.shape[1] < 2:
            raise ShapeError(f"`x_hat` must have two bands or more, got {tuple(x_hat.shape)}; use DS for one.")
        sharp, coarse = Bands.of(x_hat), Bands.of(y[0])
        pairs = list(itertools.combinations(range(x_hat.shape[1]), 2))
        changes = [quality(sharp.pick(c), sharp.pick(d)) - quality(coarse.pick(c), coarse.pick(d)) for c, d in pairs]
        return _power_mean(torch.stack(changes, 1), self.p)


class DS(PansharpeningMetric):
    """Spatial distortion ``D_s = (mean_c |Q(x_c, P) - Q(y_c, p)|^q)^(1 / q)``.

    ``x_c`` are the bands of ``x_hat``, ``y_c`` the colours that were measured, ``P`` the grey picture and ``p`` the
    same at the resolution of the colours.

    Args:
        q: > 0.

    Raises:
        ArgumentError: ``q`` is not positive.

    Source: Alparone et al., "Multispectral and panchromatic data fusion assessment without reference", PE&RS 74, 2008.
    """

    def __init__(self, q: float = 1.0) -> None:
        super().__init__()
        check_level("q", q, "1 is published")
        self.q = q

    def forward(self, x_hat: Tensor, y: tuple[Tensor, Tensor], low: Tensor | None = None) -> Tensor:
        """The score of each image, (B,)."""
        ratio = _check(x_hat, y, low)
        colours, grey = y
        sharp, coarse = Bands.of(x_hat), Bands.of(colours)
        fine, blurred = Bands.of(grey), Bands.of(avg_pool2d(grey, ratio) if low is None else low)
        changes = [quality(sharp.pick(c), fine) - quality(coarse.pick(c), blurred) for c in range(x_hat.shape[1])]
        return _power_mean(torch.stack(changes, 1), self.q)


class QNR(PansharpeningMetric):
    """Quality with no reference ``(1 - D_lambda)^alpha (1 - D_s)^beta``: 1 is best.

    Args:
        alpha: exponent of :class:`DLambda`, > 0.
        beta: exponent of :class:`DS`, > 0.

    Raises:
        ArgumentError: a number is not positive.

    Source: Alparone et al., "Multispectral and panchromatic data fusion assessment without reference", PE&RS 74, 2008.
    """

    higher_is_better = True

    def __init__(self, alpha: float = 1.0, beta: float = 1.0) -> None:
        super().__init__()
        check_level("alpha", alpha, "1 is published")
        check_level("beta", beta, "1 is published")
        self.alpha = alpha
        self.beta = beta

    def forward(self, x_hat: Tensor, y: tuple[Tensor, Tensor], low: Tensor | None = None) -> Tensor:
        """The score of each image, (B,)."""
        spectral, spatial = DLambda()(x_hat, y, low), DS()(x_hat, y, low)
        return (1 - spectral) ** self.alpha * (1 - spatial) ** self.beta


def _check(x_hat: Tensor, y: tuple[Tensor, Tensor], low: Tensor | None) -> int:
    """Refuse sizes that do not fit; gives how many pixels of ``x_hat`` are one of the colours, in each direction."""
    if isinstance(y, Tensor) or len(y) != 2:  # a batch of two would come apart, too
        raise ShapeError("`y` must be a tuple of colours and a grey picture, got another thing; see Pansharpen.")
    colours, grey = y
    check_image(x_hat, "x_hat", (2,))
    for image in (colours, grey):
        check_image(image, "y", (2,))
        check_real(x_hat, image)
    (batch, channels, height, width), (rows, columns) = x_hat.shape, colours.shape[2:]
    ratio = height // max(rows, 1)
    if colours.shape[:2] != (batch, channels) or (height, width) != (ratio * rows, ratio * columns):
        raise ShapeError(
            f"`y` must start with colours like `x_hat`, {tuple(x_hat.shape)}, whose sizes divide by one number, got "
            f"{tuple(colours.shape)}; crop both."
        )
    for name, image, sizes in (("y", grey, (height, width)), ("low", low, (rows, columns))):
        if image is not None and image.shape != (batch, 1, *sizes):
            raise ShapeError(
                f"`{name}` must hold grey pictures {(batch, 1, *sizes)}, got {tuple(image.shape)}; crop it."
            )
    if min(rows, columns) < WINDOW:
        raise ShapeError(
            f"`y` must hold colours of at least {WINDOW} pixels in each direction, got {tuple(colours.shape)}; take a "
            "larger part."
        )
    return ratio


def _power_mean(changes: Tensor, exponent: float) -> Tensor:
    """``(mean |change|^exponent)^(1 / exponent)`` over the last axis."""
    return torch.linalg.vector_norm(changes, exponent, dim=1) / changes.shape[1] ** (1 / exponent)
