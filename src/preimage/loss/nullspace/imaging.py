"""What is reconstructed, moved or measured by another operator, is reconstructed again."""

from torch import Tensor

from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.operators import Operators, draw_operator, require_operators
from preimage.loss.score import penalty
from preimage.metric import MSE, Metric
from preimage.physics import Physics
from preimage.transform import Transform

__all__ = ["EILoss", "MOEILoss", "MOILoss"]


class EILoss(Loss):
    r"""Equivariant imaging: ``metric(f(A T x_hat, A), T x_hat)`` with a new transform ``T`` of each image in each call.

    If the transformed image of an image is as likely as the image itself, then ``f(A .)`` should commute with the
    transforms. Together with measurement consistency, this determines the null space of ``A`` where the transforms move
    it: where ``A`` itself commutes with all of them (a blur and shifts), nothing is learned; and the images must be
    simpler than ``A`` is (of a dimension below the number of measurements). Gradients pass through both calls of
    the model and through ``x_hat``.

    Args:
        transform: draws the transforms, such as :class:`preimage.transform.Shift` or
            :class:`preimage.transform.Rotate`.
        metric: the mean squared error by default.
        noise: whether ``A T x_hat`` gets noise of the physics, so that the network sees the level it is made for
            ("robust EI" together with SURE); photon noise passes no gradient to ``x_hat`` there.

    Source: Chen, Tachella, Davies, "Equivariant imaging: learning beyond the range space", ICCV 2021, and "Robust
    equivariant imaging", CVPR 2022; Tachella, Chen, Davies, "Sensing theorems for unsupervised learning in linear
    inverse problems", JMLR 2023.
    """

    def __init__(self, transform: Transform, metric: Metric | None = None, noise: bool = True) -> None:
        super().__init__()
        self.transform = transform
        self.metric = metric or MSE()
        self.noise = noise

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The difference of each moved image and its reconstruction, (B,)."""
        moved = self.transform(inputs.estimate(), inputs.rng)
        return _again(inputs, moved, inputs.physics, self.metric, self.noise)


class MOILoss(Loss):
    r"""Multi-operator imaging: ``metric(f(A_s x_hat, A_s), x_hat)`` with another operator ``A_s`` in each call.

    What one operator does not see, another does: images reconstructed from measurements of one should be those
    reconstructed from another. It needs measurements that come from several operators, drawn independently of the
    image, and a network that is told which; together the operators must see all that images differ in.

    Args:
        operators: a law of parameters, drawn for each image and put into the physics (such as masks), or a sequence of
            physics, of which one is drawn for a batch.
        metric: the mean squared error by default.
        noise: whether ``A_s x_hat`` gets the noise of its physics.

    Raises:
        ArgumentError: the sequence is empty.

    Source: Tachella, Chen, Davies, "Unsupervised learning from incomplete measurements for inverse problems", NeurIPS
    2022.
    """

    def __init__(self, operators: Operators, metric: Metric | None = None, noise: bool = True) -> None:
        super().__init__()
        require_operators(operators)
        self.operators = operators
        self.metric = metric or MSE()
        self.noise = noise

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The difference of each image and its reconstruction from other measurements, (B,)."""
        x_hat = inputs.estimate()
        other = draw_operator(self.operators, inputs.physics, x_hat, inputs.rng)
        return _again(inputs, x_hat, other, self.metric, self.noise)


class MOEILoss(Loss):
    r"""Both: ``metric(f(A_s T x_hat, A_s), T x_hat)`` with a new transform and another operator in each call.

    It needs less of the operators than :class:`MOILoss` and less of the transforms than :class:`EILoss`, and that what
    both assume of images and operators holds.

    Args:
        transform: draws the transforms.
        operators: a law of parameters, drawn for each image and put into the physics (such as masks), or a sequence of
            physics, of which one is drawn for a batch.
        metric: the mean squared error by default.
        noise: whether ``A_s T x_hat`` gets the noise of its physics.

    Raises:
        ArgumentError: the sequence is empty.

    Source: Chen, Tachella, Davies, CVPR 2022; Tachella, Chen, Davies, NeurIPS 2022.
    """

    def __init__(
        self, transform: Transform, operators: Operators, metric: Metric | None = None, noise: bool = True
    ) -> None:
        super().__init__()
        require_operators(operators)
        self.transform = transform
        self.operators = operators
        self.metric = metric or MSE()
        self.noise = noise

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The difference of each moved image and its reconstruction from other measurements, (B,)."""
        moved = self.transform(inputs.estimate(), inputs.rng)
        other = draw_operator(self.operators, inputs.physics, moved, inputs.rng)
        return _again(inputs, moved, other, self.metric, self.noise)


def _again(inputs: LossInputs, x: Tensor, physics: Physics, metric: Metric, noise: bool) -> Tensor:
    """``metric(f(A x, A), x)`` with the operator of ``physics``, with its noise or without."""
    y = physics(x, inputs.rng) if noise else physics.A(x)
    return penalty(metric, inputs.model(y, physics), x)
