"""Metrics as something to minimise."""

from torch import Tensor

from preimage.metric import Metric

__all__ = ["penalty"]


def penalty(metric: Metric, x_hat: Tensor, x: Tensor) -> Tensor:
    """``metric(x_hat, x)``, or its negative where higher is better, (B,)."""
    score = metric(x_hat, x)
    return -score if metric.higher_is_better else score
