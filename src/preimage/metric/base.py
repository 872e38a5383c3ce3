"""What every metric is."""

from torch import Tensor

from preimage._module import Module
from preimage.errors import ShapeError

__all__ = ["Metric", "NoReferenceMetric"]


class Metric(Module):
    """``score = metric(x_hat, x)``, one value per image: (B,).

    :attr:`higher_is_better` says which way is up. Metrics are differentiable where their formula is.
    """

    higher_is_better: bool = False

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each reconstruction ``x_hat`` of ``x``, (B,)."""
        raise NotImplementedError


class NoReferenceMetric(Module):
    """``score = metric(x)``, one value per image: (B,). The truth is not needed.

    :attr:`higher_is_better` says which way is up.
    """

    higher_is_better: bool = False

    def forward(self, x: Tensor) -> Tensor:
        """The score of each image ``x``, (B,)."""
        raise NotImplementedError


def check_pair(x_hat: Tensor, x: Tensor) -> None:
    """Require two batches of images of one shape, each with at least one value."""
    if x_hat.shape != x.shape:
        raise ShapeError(
            f"`x_hat` must have the shape of `x`, {tuple(x.shape)}, got {tuple(x_hat.shape)}; a silent broadcast would "
            "compare other pixels."
        )
    if x.ndim < 2 or 0 in x.shape:
        raise ShapeError(f"`x` must be a batch (B, ...) of non-empty images, got {tuple(x.shape)}; add the batch.")


def check_real(x_hat: Tensor, x: Tensor) -> None:
    """Require two batches without complex values."""
    if x.is_complex() or x_hat.is_complex():
        raise ShapeError("`x` must be real, got complex values; compare magnitudes with .abs().")
