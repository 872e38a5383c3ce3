"""Losses that know the truth."""

from torch import Tensor

from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.score import penalty
from preimage.metric import MSE, Metric

__all__ = ["SupLoss"]


class SupLoss(Loss):
    """``metric(x_hat, x)``, or its negative where higher is better, so that less is always better.

    Args:
        metric: the mean squared error by default.

    Source: the definition.
    """

    needs_truth = True

    def __init__(self, metric: Metric | None = None) -> None:
        super().__init__()
        self.metric = metric or MSE()

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The loss of each image, (B,)."""
        return penalty(self.metric, inputs.estimate(), inputs.truth())
