"""One step of a training: gradient, clipping, optimizers, average, and going back."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from preimage.errors import ConvergenceError
from preimage.machine import processes
from preimage.training.backtracking import Kept, TrainingBacktracking
from preimage.training.checkpoint import Trained

__all__ = ["Objective", "Stepper"]


class Objective(nn.Module):
    """The loss of a step as a module, which is what processes can average the gradients of."""

    def __init__(self, network: nn.Module, loss: Callable[[nn.Module, int], Tensor]) -> None:
        super().__init__()
        self.network = network
        self.loss = loss

    def forward(self, step: int) -> Tensor:
        """``loss(network, step)``."""
        return self.loss(self.network, step)


@dataclass(frozen=True)
class Stepper:
    """What stays the same from step to step.

    Args:
        objective: :class:`Objective`, or what makes several processes of it.
        trained: the networks and the optimizers.
        rates: the optimizers' learning rates, a list for each.
        ema_decay: the decay of the average; less at the start.
        clip: largest gradient norm.
        backtracking: what to do about divergence.
    """

    objective: nn.Module
    trained: Trained
    rates: list[list[float]]
    ema_decay: float
    clip: float
    backtracking: TrainingBacktracking | None

    def advance(self, step: int, factor: float, kept: Kept) -> tuple[float, Kept]:
        """Do the step of this number with ``factor`` on all rates; returns its loss and what is kept after it.

        Raises:
            ConvergenceError: the loss is not finite and there is no going back.
        """
        value = self._update(step, factor)
        if math.isfinite(value):
            _average(self.trained.ema, self.trained.network, min(self.ema_decay, (step + 1) / (step + 10)))
        elif self.backtracking is None:
            raise ConvergenceError(f"the loss must be finite, got {value} at step {step}; lower the learning rate.")
        return value, self.backtracking.after(kept, self.trained, step + 1, value) if self.backtracking else kept

    def _update(self, step: int, factor: float) -> float:
        network = self.trained.network
        network.zero_grad(set_to_none=True)  # also of weights no optimizer owns: they would add up in the clipped norm
        value = self.objective(step)
        number = processes.mean(value.item(), network)
        if not math.isfinite(number):
            return number
        value.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), self.clip)
        for optimizer, rates in zip(self.trained.optimizers, self.rates, strict=True):
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * factor
            optimizer.step()
        return number


@torch.no_grad()
def _average(ema: nn.Module, network: nn.Module, decay: float) -> None:
    for averaged, current in zip(ema.parameters(), network.parameters(), strict=True):
        averaged.lerp_(current, 1.0 - decay)
    for kept, buffer in zip(ema.buffers(), network.buffers(), strict=True):
        kept.copy_(buffer)
