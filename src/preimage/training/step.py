"""One step of a training: gradient, clipping, optimizers, average, and going back."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from preimage.errors import ConvergenceError
from preimage.machine import processes
from preimage.training.backtracking import Kept, TrainingBacktracking
from preimage.training.checkpoint import Trained

__all__ = ["LossOfStep", "Objective", "StepReport", "Stepper"]

LossOfStep = Callable[[nn.Module, int], "Tensor | tuple[Tensor, Mapping[str, Tensor]]"]


@dataclass(frozen=True)
class StepReport:
    """What a step tells.

    Attributes:
        loss: its value, the mean over all processes.
        gradient_norm: the length of the gradient before it was clipped.
        terms: the parts of the loss by name, without weights, of this process.
    """

    loss: float
    gradient_norm: float = math.nan
    terms: Mapping[str, float] = field(default_factory=dict)


class Objective(nn.Module):
    """The loss of a step as a module, which is what processes can average the gradients of.

    Args:
        network: what is trained.
        parts: losses of the network and the number of a step, whose mean is the loss.
    """

    def __init__(self, network: nn.Module, parts: Sequence[LossOfStep]) -> None:
        super().__init__()
        self.network = network
        self.parts = parts

    def forward(self, step: int, part: int) -> tuple[Tensor, Mapping[str, Tensor]]:
        """The loss of this part, and the terms that it tells of."""
        told = self.parts[part](self.network, step)
        return told if isinstance(told, tuple) else (told, {})


@dataclass(frozen=True)
class Stepper:
    """What stays the same from step to step.

    Args:
        objective: :class:`Objective`, or what makes several processes of it.
        parts: how many parts the loss has; their gradients are added up before the optimizers' step.
        trained: the networks and the optimizers.
        rates: the optimizers' learning rates, a list for each.
        ema_decay: the decay of the average; less at the start.
        clip: largest gradient norm.
        backtracking: what to do about divergence.
    """

    objective: nn.Module
    parts: int
    trained: Trained
    rates: list[list[float]]
    ema_decay: float
    clip: float
    backtracking: TrainingBacktracking | None

    def advance(self, step: int, factor: float, kept: Kept) -> tuple[StepReport, Kept]:
        """Do the step of this number with ``factor`` on all rates; returns what it tells and what is kept after it.

        Raises:
            ConvergenceError: the loss is not finite and there is no going back.
        """
        report = self._update(step, factor)
        if math.isfinite(report.loss):
            _average(self.trained.ema, self.trained.network, min(self.ema_decay, (step + 1) / (step + 10)))
        elif self.backtracking is None:
            raise ConvergenceError(
                f"the loss must be finite, got {report.loss} at step {step}; lower the learning rate."
            )
        after = self.backtracking.after(kept, self.trained, step + 1, report.loss) if self.backtracking else kept
        return report, after

    def _update(self, step: int, factor: float) -> StepReport:
        network, scaler = self.trained.network, self.trained.scaler
        network.zero_grad(set_to_none=True)  # also of weights no optimizer owns: they would add up in the clipped norm
        total, terms = 0.0, {}
        for part in range(self.parts):
            value, told = self.objective(step, part)
            total += processes.mean(value.item(), network) / self.parts
            if not math.isfinite(total):
                return StepReport(total)
            for name, term in told.items():
                terms[name] = terms.get(name, 0.0) + float(term.detach()) / self.parts
            share = value / self.parts if self.parts > 1 else value
            (scaler.scale(share) if scaler else share).backward()
        return StepReport(total, self._change(factor), terms)

    def _change(self, factor: float) -> float:
        """Let the optimizers change the weights; the length of the gradient."""
        scaler = self.trained.scaler
        for optimizer in self.trained.optimizers if scaler else ():
            scaler.unscale_(optimizer)  # pyright: ignore[reportOptionalMemberAccess]
        norm = torch.nn.utils.clip_grad_norm_(self.trained.network.parameters(), self.clip)
        for optimizer, rates in zip(self.trained.optimizers, self.rates, strict=True):
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * factor
            if scaler:
                scaler.step(optimizer)  # which leaves out a step whose gradient has overflown
            else:
                optimizer.step()
        if scaler:
            scaler.update()
        return float(norm)


@torch.no_grad()
def _average(ema: nn.Module, network: nn.Module, decay: float) -> None:
    for averaged, current in zip(ema.parameters(), network.parameters(), strict=True):
        averaged.lerp_(current, 1.0 - decay)
    for kept, buffer in zip(ema.buffers(), network.buffers(), strict=True):
        kept.copy_(buffer)
