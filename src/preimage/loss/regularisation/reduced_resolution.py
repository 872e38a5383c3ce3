"""The measurement as the truth of a smaller problem."""

from torch import Tensor

from preimage._tree import leaves, tree_map
from preimage.errors import CapabilityError
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.score import penalty
from preimage.metric import MSE, Metric
from preimage.physics import Physics

__all__ = ["ReducedResolutionLoss"]


class ReducedResolutionLoss(Loss):
    r"""``metric(f(R y, A), y_1)``: what is reconstructed from a reduced measurement should be the measurement.

    Wald's protocol: all that was measured is reduced by the factor of the problem, and the coarse colours ``y_1`` are
    the truth of the reduced problem. It needs an operator that takes images of any size, and images that look alike at
    both scales. The noise of ``R y`` is less than that of ``y`` where the reduction averages.

    Args:
        reduction: ``R``, whose :meth:`preimage.physics.Physics.A` reduces each tensor of the measurement;
            ``None`` takes the first sensor of a stack (the colour camera of :class:`preimage.physics.Pansharpen`), or
            the operator itself (:class:`preimage.physics.Downsampling`).
        metric: the mean squared error by default.

    Raises:
        CapabilityError: the reduced measurement is not reconstructed at the size of the measurement.

    Source: Wald, Ranchin, Mangolini, "Fusion of satellite images of different spatial resolutions", Photogrammetric
    Engineering & Remote Sensing 63, 1997.
    """

    needs_estimate = False

    def __init__(self, reduction: Physics | None = None, metric: Metric | None = None) -> None:
        super().__init__()
        self.reduction = reduction
        self.metric = metric or MSE()

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The difference of the reconstruction from the reduced measurement, (B,)."""
        sensors = inputs.physics.sensors(inputs.y)
        reduction = self.reduction or (sensors[0][0] if sensors else inputs.physics)
        truth = leaves(inputs.y)[0]
        x_hat = inputs.model(tree_map(reduction.A, inputs.y), inputs.physics)
        if x_hat.shape != truth.shape:
            raise CapabilityError(
                f"`physics` must reconstruct a reduced measurement at the size of `y`, {tuple(truth.shape)}, "
                f"got {tuple(x_hat.shape)}; give a `reduction` by its factor."
            )
        return penalty(self.metric, x_hat, truth)
