"""The reconstruction explains its measurement."""

import torch
from torch import Tensor

from preimage._seen import keep_seen
from preimage._tree import leaves
from preimage.fidelity import Measured
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.score import penalty
from preimage.metric import Metric

__all__ = ["MCLoss"]


class MCLoss(Loss):
    """Measurement consistency: ``|A x_hat - y|^2`` per measured entry, or ``metric(A x_hat, y)``.

    It says nothing of the null space of ``A``, and its minimiser keeps the noise: without noise, and with a loss of the
    null space such as :class:`EILoss`, it teaches the whole image; under noise, losses that estimate the risk (SURE,
    splitting) take its place.

    Args:
        metric: compares tensors of the measurement, which are zero where nothing is measured; those of a stack are
            added up. ``None`` is the mean square over the entries that are measured.

    Source: Chen, Tachella, Davies, "Equivariant imaging: learning beyond the range space", ICCV 2021, its first term.
    """

    def __init__(self, metric: Metric | None = None) -> None:
        super().__init__()
        self.metric = metric

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The misfit of each measurement, (B,)."""
        measured = Measured.of(inputs.physics, inputs.y)
        x_hat = inputs.estimate()
        if self.metric is None:
            return measured.error(x_hat)
        explained = keep_seen(inputs.physics.A(x_hat), measured.seen)
        pairs = zip(leaves(explained), leaves(measured.y), strict=True)
        return torch.stack([penalty(self.metric, z, y) for z, y in pairs]).sum(0)
