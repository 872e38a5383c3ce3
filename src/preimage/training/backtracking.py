"""Going back to weights that were better, with smaller learning rates."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from torch import nn

from preimage.errors import ArgumentError, ConvergenceError
from preimage.training.checkpoint import Trained

__all__ = ["Kept", "TrainingBacktracking"]


@dataclass(frozen=True)
class Kept:
    """The weights that a training can go back to, and what has happened since.

    Attributes:
        state: the state of the networks and the optimizers.
        score: the score of that state; minus infinity before the first comparison.
        returns: how often a training has gone back.
        total, count: sum and number of the losses since the last comparison.
    """

    state: dict[str, Any]
    score: float = -math.inf
    returns: int = 0
    total: float = 0.0
    count: int = 0


@dataclass(frozen=True)
class TrainingBacktracking:
    """Every so many steps the score is compared with that of the kept weights: they are replaced, or taken back.

    A fall of the score by more than ``tolerance``, or a loss that is not finite, brings back the kept weights, their
    average and the optimizers' states, and multiplies the learning rates by ``factor``. The step number goes on, so
    that the crops are others and the number of steps is not changed.

    Args:
        every: steps between two comparisons.
        tolerance: fall of the score that is taken for chance; in dB with the score below.
        factor: the factor of the learning rates, in (0, 1).
        most: returns after which the training is given up.
        score: the score of the averaged weights after a step, larger is better; by default ``-20 log10`` of the mean
            loss since the last comparison, which is PSNR where the (positive) loss is a root-mean-square error.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Lecouat, Ponce, Mairal, "Fully trainable and interpretable non-local sparse models for image restoration",
    ECCV 2020, section 3.4, with factor 0.5.
    """

    every: int = 100
    tolerance: float = 1.0
    factor: float = 0.5
    most: int = 10
    score: Callable[[int, nn.Module], float] | None = None

    def __post_init__(self) -> None:
        if not (self.every >= 1 and self.tolerance >= 0 and 0 < self.factor < 1):
            raise ArgumentError(
                f"`every`, `tolerance`, `factor` must be at least 1, at least 0 and in (0, 1), got {self.every}, "
                f"{self.tolerance}, {self.factor}; take other numbers."
            )

    def start(self, trained: Trained) -> Kept:
        """What there is to go back to before the first step."""
        return Kept(copy.deepcopy(trained.state()))

    def rate(self, kept: Kept) -> float:
        """The factor on the learning rates after all returns."""
        return self.factor**kept.returns

    def after(self, kept: Kept, trained: Trained, step: int, loss: float) -> Kept:
        """What is kept after ``step`` steps, the last with ``loss``; ``trained`` is set back where need be.

        Raises:
            ConvergenceError: it has gone back too often.
        """
        if not math.isfinite(loss):
            return self._return(kept, trained, step)
        kept = replace(kept, total=kept.total + loss, count=kept.count + 1)
        if kept.count < self.every:
            return kept
        score = self.score(step, trained.ema) if self.score else -20 * math.log10(max(kept.total / kept.count, 1e-30))
        if not score >= kept.score - self.tolerance:
            return self._return(kept, trained, step)
        return Kept(copy.deepcopy(trained.state()), score, kept.returns)

    def _return(self, kept: Kept, trained: Trained, step: int) -> Kept:
        if kept.returns == self.most:
            raise ConvergenceError(
                f"the loss must fall, got worse {self.most + 1} times up to step {step}; lower the learning rate."
            )
        trained.load(kept.state)
        return Kept(kept.state, kept.score, kept.returns + 1)
