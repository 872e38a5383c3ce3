"""Reconstructions without needless edges."""

from torch import Tensor

from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.transform import total_variation

__all__ = ["TVLoss"]


class TVLoss(Loss):
    """``1/n sum_i |(grad x_hat)_i|``, the total variation of the reconstruction by the number of its entries.

    A small part of a sum with a loss of the measurement; it prefers images that are constant piece by piece.

    Args:
        coupled: whether all channels of a pixel have one length.
        isotropic: whether the length is Euclidean over the directions; else their moduli are added.

    Source: Rudin, Osher, Fatemi 1992.
    """

    def __init__(self, coupled: bool = False, isotropic: bool = True) -> None:
        super().__init__()
        self.coupled = coupled
        self.isotropic = isotropic

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The total variation of each image by the number of its entries, (B,)."""
        x_hat = inputs.estimate()
        return total_variation(x_hat, self.coupled, self.isotropic) / x_hat.shape[1:].numel()
