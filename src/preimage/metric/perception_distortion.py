"""Methods between fidelity and looks."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from preimage.errors import ArgumentError
from preimage.metric.base import Metric, NoReferenceMetric

__all__ = ["TradeOff", "perception_distortion"]


@dataclass(frozen=True)
class TradeOff:
    """A method in the plane of perception and distortion.

    Attributes:
        name: the method.
        distortion: the mean over images of the metric of distortion.
        perception: the mean over images of the metric of perception.
        is_undominated: whether no other method is at least as good in both and better in one.
    """

    name: str
    distortion: float
    perception: float
    is_undominated: bool


def perception_distortion(
    results: Mapping[str, Tensor], x: Tensor, distortion: Metric, perception: Metric | NoReferenceMetric
) -> tuple[TradeOff, ...]:
    """Place methods in the plane of perception and distortion, that of the least distortion first.

    Beyond a bound, no method lowers the distortion without looking less natural: a method that another one dominates is
    not at that bound, whatever its PSNR is.

    Args:
        results: reconstructions (B, ...) of ``x`` by the name of the method.
        x: the truth.
        distortion: how far from the truth an image is, such as :class:`preimage.metric.PSNR`.
        perception: how it looks, such as :class:`preimage.metric.LPIPS` or :class:`preimage.metric.NIQE`.

    Raises:
        ArgumentError: there is no method.

    Source: Blau, Michaeli, "The perception-distortion tradeoff", CVPR 2018.
    """
    if not results:
        raise ArgumentError("`results` must hold the images of a method, got none; give them by name.")
    places = {name: (_mean(distortion, x_hat, x), _mean(perception, x_hat, x)) for name, x_hat in results.items()}
    signs = [-1.0 if metric.higher_is_better else 1.0 for metric in (distortion, perception)]
    costs = {name: tuple(s * v for s, v in zip(signs, place, strict=True)) for name, place in places.items()}
    found = [
        TradeOff(name, *places[name], not any(_dominates(other, cost) for other in costs.values()))
        for name, cost in costs.items()
    ]
    return tuple(sorted(found, key=lambda each: costs[each.name][0]))


def _mean(metric: Metric | NoReferenceMetric, x_hat: Tensor, x: Tensor) -> float:
    return float((metric(x_hat) if isinstance(metric, NoReferenceMetric) else metric(x_hat, x)).mean())


def _dominates(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    """Whether no cost of ``a`` is above that of ``b``, and one is below."""
    pairs = list(zip(a, b, strict=True))
    return all(mine <= other for mine, other in pairs) and any(mine < other for mine, other in pairs)
