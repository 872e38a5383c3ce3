"""How the weights of a model change in a training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from preimage.errors import ArgumentError
from preimage.training.loop import LearningRule
from preimage.training.schedule import RateSchedule, WarmupStableDecay

__all__ = ["Learning", "adam"]

Precision = Literal["float32", "bfloat16", "float16"]


def adam(module: nn.Module, rate: float) -> Sequence[torch.optim.Optimizer]:
    """AdamW for all parameters of ``module`` at ``rate``, with averages of 10 and 100 steps, without weight decay."""
    return [torch.optim.AdamW(module.parameters(), rate, betas=(0.9, 0.99), weight_decay=0.0)]


@dataclass(frozen=True)
class Learning:
    """The optimizers, their rates, and what guards a step.

    Args:
        rate: the learning rate that is given to ``optimizers``.
        optimizers: makes the optimizers of a module's parameters; several share them out, such as ``Muon`` and Adam.
        schedule: makes the schedule of so many steps; any function from a number of steps to a :class:`RateSchedule`.
        ema_decay: the decay of the exponential average of the weights, in [0, 1); less at the start.
        clip: largest gradient norm, > 0; infinity never clips.
        accumulate: parts of a batch whose gradients are added up one after another, which takes the memory of one.
        precision: in which the model's convolutions and matrix products are computed, by ``torch.autocast``; weights,
            losses and physics outside the model stay as they are. Losses of ``float16`` are scaled. Models that apply
            Fourier transforms inside need ``float32``.

    Raises:
        ArgumentError: a number is out of its range.
    """

    rate: float = 1e-3
    optimizers: Callable[[nn.Module, float], Sequence[torch.optim.Optimizer]] = adam
    schedule: Callable[[int], RateSchedule] = WarmupStableDecay
    ema_decay: float = 0.999
    clip: float = 1.0
    accumulate: int = 1
    precision: Precision = "float32"

    def __post_init__(self) -> None:
        if not (self.rate > 0 and 0 <= self.ema_decay < 1 and self.clip > 0 and self.accumulate >= 1):
            raise ArgumentError(
                "`rate`, `ema_decay`, `clip`, `accumulate` must be > 0, in [0, 1), > 0 and at least 1, got "
                f"{self.rate}, {self.ema_decay}, {self.clip}, {self.accumulate}; take other numbers."
            )

    def rule(self, module: nn.Module, steps: int) -> LearningRule:
        """The rule of a training of ``module`` that takes so many steps."""
        device = next(module.parameters()).device.type
        scaler = torch.amp.GradScaler(device) if self.precision == "float16" else None
        optimizers = self.optimizers(module, self.rate)
        return LearningRule(optimizers, self.schedule(steps), self.ema_decay, self.clip, scaler=scaler)
