"""What every loss is, and how losses add up."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._module import Module
from preimage._tree import Measurement
from preimage.errors import ArgumentError
from preimage.loss.inputs import LossInputs, Model
from preimage.loss.ramp import Ramp
from preimage.physics import Physics

__all__ = ["Loss", "LossTerm", "SumLoss", "WeightedLoss"]


@dataclass(frozen=True)
class LossTerm:
    """One part of a loss.

    Attributes:
        name: the name of its class.
        weight: what it is multiplied by in the sum.
        value: one value per image, (B,), without the weight.
    """

    name: str
    weight: float
    value: Tensor


class Loss(Module):
    """``loss(x_hat, x, y, physics, model)`` gives one value per image, (B,).

    A loss is a value, like a metric: it keeps no state between calls, and all its randomness comes from ``rng``. Losses
    add up, ``SupLoss() + 0.1 * other``; :meth:`terms` gives the parts, and :meth:`at` the loss of a training step where
    weights change with it. A subclass defines :meth:`evaluate`.

    Attributes:
        needs_truth: whether ``x`` is used; else it may be ``None``.
        needs_estimate: whether ``x_hat`` is used; else it may be ``None``, which saves a pass through the model. A loss
            that shows the model something other than ``y`` calls the model itself.
    """

    needs_truth: bool = False
    needs_estimate: bool = True

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The loss of each image, (B,)."""
        raise NotImplementedError

    def forward(
        self,
        x_hat: Tensor | None,
        x: Tensor | None,
        y: Measurement,
        physics: Physics,
        model: Model,
        *,
        rng: torch.Generator | None = None,
    ) -> Tensor:
        """The loss of each image, (B,).

        Args:
            x_hat: ``model(y, physics)``, (B, ...), with its graph.
            x: the true images.
            y: the measurements.
            physics: what made ``y`` of ``x``.
            model: a reconstructor, ``model(y, physics)``.
            rng: source of randomness; the global generator by default.
        """
        return self.evaluate(LossInputs(x_hat, x, y, physics, model, rng))

    def terms(self, inputs: LossInputs) -> tuple[LossTerm, ...]:
        """The parts whose weighted sum is the loss; one, unless losses have been added."""
        return (LossTerm(type(self).__name__, 1.0, self.evaluate(inputs)),)

    def at(self, step: int) -> "Loss":
        """The loss of training step ``step``: this one, unless a weight depends on the step."""
        return self

    def __add__(self, other: "Loss") -> "SumLoss":
        """The sum of two losses."""
        return SumLoss([*_summands(self), *_summands(other)])

    def __mul__(self, weight: float | Ramp) -> "WeightedLoss":
        """``weight`` times this loss."""
        return WeightedLoss(self, weight)

    __rmul__ = __mul__


class WeightedLoss(Loss):
    """``weight * loss``; ``0.1 * loss`` makes one.

    Args:
        loss: any loss.
        weight: a finite number, or a :class:`Ramp` over the training steps, of which the value at step 0 counts outside
            a training.

    Raises:
        ArgumentError: the weight is not finite.
    """

    def __init__(self, loss: Loss, weight: float | Ramp) -> None:
        super().__init__()
        if not isinstance(weight, Ramp) and not abs(weight) < float("inf"):
            raise ArgumentError(f"`weight` must be a finite number or a Ramp, got {weight}; use 0 to leave a loss out.")
        self.loss = loss
        self.weight = weight
        self.needs_truth = loss.needs_truth
        self.needs_estimate = loss.needs_estimate

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The loss of each image, (B,)."""
        return self._factor() * self.loss.evaluate(inputs)

    def terms(self, inputs: LossInputs) -> tuple[LossTerm, ...]:
        """The parts of the loss inside, their weights multiplied."""
        return tuple(LossTerm(term.name, self._factor() * term.weight, term.value) for term in self.loss.terms(inputs))

    def at(self, step: int) -> "WeightedLoss":
        """The loss with the weight of this step."""
        weight = self.weight.at(step) if isinstance(self.weight, Ramp) else self.weight
        return WeightedLoss(self.loss.at(step), weight)

    def _factor(self) -> float:
        return self.weight.at(0) if isinstance(self.weight, Ramp) else self.weight


class SumLoss(Loss):
    """The sum of ``losses``; ``a + b`` makes one.

    Args:
        losses: one or more.

    Raises:
        ArgumentError: there are none.
    """

    def __init__(self, losses: Sequence[Loss]) -> None:
        super().__init__()
        if not losses:
            raise ArgumentError("`losses` must hold at least one loss, got none; add e.g. SupLoss().")
        self.losses = list(losses)
        self.needs_truth = any(loss.needs_truth for loss in losses)
        self.needs_estimate = any(loss.needs_estimate for loss in losses)

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The loss of each image, (B,)."""
        return torch.stack([loss.evaluate(inputs) for loss in self.losses]).sum(0)

    def terms(self, inputs: LossInputs) -> tuple[LossTerm, ...]:
        """The parts of all, in their order."""
        return tuple(term for loss in self.losses for term in loss.terms(inputs))

    def at(self, step: int) -> "SumLoss":
        """The sum of the losses of this step."""
        return SumLoss([loss.at(step) for loss in self.losses])


def _summands(loss: Loss) -> list[Loss]:
    """The losses of a sum, so that sums do not nest."""
    return list(loss.losses) if isinstance(loss, SumLoss) else [loss]
