"""Reconstructions that stay what they are when measurements change in ways that should not count."""

from torch import Tensor

from preimage._tree import tree_map
from preimage.errors import ArgumentError
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.score import penalty
from preimage.metric import MSE, Metric
from preimage.physics import transform_domain
from preimage.transform import Transform, UnitaryTransform

__all__ = ["AugmentConsistencyLoss"]


class AugmentConsistencyLoss(Loss):
    r"""``metric(T f(S y, A T), x_hat)``: changes ``S`` of the measurement should not count, and turns ``T`` go along.

    ``S`` is more noise or an error of phase; ``A T`` tells the network that the image, of which ``y`` is the
    measurement, is ``T`` of the one to be found. The reconstruction ``x_hat`` of the measurement as it is has no
    gradient here: it is what the other is to agree with. The loss alone is zero for a network that says nothing; it
    goes with a loss of the measurement or of the image.

    Args:
        measurement: draws ``S``, such as :class:`preimage.transform.RandomNoise`; ``None`` for none.
        image: draws ``T``, such as :class:`preimage.transform.Rotate`; ``None`` for none.
        metric: the mean squared error by default.

    Raises:
        ArgumentError: both are ``None``.

    Source: Desai et al., "VORTEX: physics-driven data augmentations using consistency training for robust accelerated
    MRI reconstruction", MIDL 2022.
    """

    def __init__(
        self,
        measurement: Transform | None = None,
        image: UnitaryTransform | None = None,
        metric: Metric | None = None,
    ) -> None:
        super().__init__()
        if measurement is None and image is None:
            raise ArgumentError("`measurement` or `image` must be a transform, got none; take RandomNoise().")
        self.measurement = measurement
        self.image = image
        self.metric = metric or MSE()

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The difference of both reconstructions, (B,)."""
        x_hat, y, physics = inputs.estimate().detach(), inputs.y, inputs.physics
        change = self.measurement
        if change is not None:
            y = tree_map(lambda leaf: change(leaf, inputs.rng), y)
        if self.image is None:
            return penalty(self.metric, inputs.model(y, physics), x_hat)
        params = self.image.draw(len(x_hat), inputs.rng)
        view = inputs.model(y, transform_domain(physics, self.image, params))
        return penalty(self.metric, self.image.transform(view, params), x_hat)
