"""Distance of the features of any network."""

from collections.abc import Sequence

from torch import Tensor, nn

from preimage.errors import ArgumentError
from preimage.metric.base import Metric, check_pair

__all__ = ["FeatureDistance"]

_SMALL = 1e-8


class FeatureDistance(Metric):
    """``sum_l w_l mean |f_l(x_hat) - f_l(x)| / mean |f_l(x)|`` ("perceptual loss"), 0 for equal images.

    ``f_l`` are feature maps of a network. Each is measured by its own size in ``x``, so that the weights mean the same
    for every network; the distance is not symmetric. As a loss (:class:`preimage.loss.SupLoss`) its gradients reach
    ``x_hat`` through the network, whose parameters are to be left alone: ``features.requires_grad_(False)``.

    Args:
        features: gives a sequence of feature maps (B, ...) of images.
        weights: one for each map; by default one over their number.

    Shapes: ``x_hat`` and ``x`` of one shape, which the network takes.

    Raises:
        ArgumentError: the network gives another number of maps than there are weights.

    Source: Johnson, Alahi, Fei-Fei, "Perceptual losses for real-time style transfer and super-resolution", ECCV 2016;
    dividing by the size of the maps is ours.
    """

    def __init__(self, features: nn.Module, weights: Sequence[float] | None = None) -> None:
        super().__init__()
        self.features = features
        self.weights = None if weights is None else tuple(weights)

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The distance of each image, (B,)."""
        check_pair(x_hat, x)
        found, wanted = self.features(x_hat), self.features(x)
        weights = self.weights or (1 / len(wanted),) * len(wanted)
        if len(weights) != len(wanted):
            raise ArgumentError(
                f"`weights` must be one for each of the {len(wanted)} maps of `features`, got {len(weights)}."
            )
        score = x.new_zeros(len(x), dtype=wanted[0].real.dtype)
        for weight, a, b in zip(weights, found, wanted, strict=True):
            size = b.abs().flatten(1).mean(1).detach() + _SMALL
            score = score + weight * (a - b).abs().flatten(1).mean(1) / size
        return score
