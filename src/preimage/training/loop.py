"""The training loop: resumable, bounded in time, deterministic by seed."""

import csv
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from preimage._fields import fields_of
from preimage.machine import processes
from preimage.training.backtracking import Kept, TrainingBacktracking
from preimage.training.callbacks import Callback
from preimage.training.checkpoint import Trained, read_checkpoint, write
from preimage.training.step import Objective, Stepper

__all__ = ["FitResult", "LearningRule", "WarmupStableDecay", "fit"]


@dataclass(frozen=True)
class WarmupStableDecay:
    """Learning-rate factor: up over ``warmup`` steps, constant, then linearly to zero over the last ``decay`` share.

    A run that is still on its plateau can be given more ``steps`` and continues as if it had been so from the start.
    """

    steps: int
    warmup: int = 100
    decay: float = 0.3

    def at(self, step: int) -> float:
        """The factor at ``step`` in [0, steps)."""
        left = (self.steps - step) / max(1.0, self.decay * self.steps)
        return max(0.0, min(1.0, (step + 1) / self.warmup, left))


@dataclass(frozen=True)
class LearningRule:
    """How a step changes the weights.

    Args:
        optimizers: together they own the parameters that are trained.
        schedule: the number of steps, and a factor on the learning rates at each.
        ema_decay: the decay of the exponential average of the weights, in [0, 1); less at the start.
        clip: largest gradient norm, > 0.
        backtracking: what to do about divergence; ``None``: the training ends with an error.
    """

    optimizers: Sequence[torch.optim.Optimizer]
    schedule: WarmupStableDecay
    ema_decay: float = 0.999
    clip: float = 1.0
    backtracking: TrainingBacktracking | None = None


@dataclass(frozen=True)
class FitResult:
    """What :func:`fit` reached.

    Attributes:
        step: how many steps were done.
        finished: whether these are all of them.
        seconds: how long the training took, over all sessions.
    """

    step: int
    finished: bool
    seconds: float


def fit(
    network: nn.Module,
    loss: Callable[[nn.Module, int], Tensor],
    rule: LearningRule,
    out: Path,
    *,
    ema: nn.Module,
    time_budget: float = math.inf,
    checkpoint_every: int = 500,
    callbacks: Sequence[Callback] = (),
) -> FitResult:
    """Minimise ``loss(network, step)`` and keep in ``ema`` an exponential average of the weights.

    The step number is all the randomness a loss may use (``torch.Generator`` seeded by it), so a run that was killed
    continues from ``out/checkpoint.pt`` exactly as if it had not been. ``out/log.csv`` gets one row a checkpoint: step,
    seconds, mean loss since the last row, learning-rate factor and whatever the callbacks measured.

    Under ``torchrun`` (see :mod:`preimage.machine.processes`) gradients are averaged over the processes, and the first
    one writes; a loss that is the mean over this process's share of a batch then gives the gradient of the whole batch.

    Args:
        network: what is trained, in place.
        loss: a scalar to be minimised.
        rule: the optimizers, their schedule, and what guards a step.
        out: folder of the checkpoint and the log; it is made where it is missing.
        ema: a network like ``network``; it holds the averaged weights afterwards.
        time_budget: seconds for this session; at its end a checkpoint is written and the function returns.
        checkpoint_every: steps between two checkpoints; what a kill can cost.
        callbacks: told of steps and checkpoints; any of them can stop the session.

    Raises:
        ConvergenceError: a loss is not finite and the rule has no ``backtracking``, or no more; the last checkpoint
            stays.
        WeightsError: ``out/checkpoint.pt`` is of another network or other optimizers.
    """
    out.mkdir(parents=True, exist_ok=True)
    trained, objective = Trained(network, ema, tuple(rule.optimizers)), processes.parallel(Objective(network, loss))
    schedule, backtracking = rule.schedule, rule.backtracking
    stepper = Stepper(objective, trained, trained.rates(), rule.ema_decay, rule.clip, backtracking)
    step, before, kept = _resume(out / "checkpoint.pt", trained, backtracking)
    started, losses, first = time.monotonic(), [], processes.rank() == 0
    while step < schedule.steps:
        factor = schedule.at(step) * (backtracking.rate(kept) if backtracking else 1.0)
        value, after = stepper.advance(step, factor, kept)
        step += 1
        losses.append(value)
        _tell(callbacks if first else (), step, value, after.returns if after.returns > kept.returns else 0)
        kept, seconds = after, before + time.monotonic() - started
        over = seconds - before > time_budget or any(callback.stops() for callback in callbacks)
        stop = processes.any_of(over, network)
        if first and (step % checkpoint_every == 0 or step == schedule.steps or stop):
            write(out / "checkpoint.pt", trained, {"step": step, "seconds": seconds, "kept": fields_of(kept)})
            row = {"step": step, "seconds": round(seconds, 1), "loss": _mean(losses), "rate": factor}
            _log(out / "log.csv", row, [callback.on_checkpoint(step, ema) for callback in callbacks])
            losses = []
        if stop:
            break
    return FitResult(step, step >= schedule.steps, before + time.monotonic() - started)


def _resume(path: Path, trained: Trained, backtracking: TrainingBacktracking | None) -> tuple[int, float, Kept]:
    """Steps done, seconds they took, and what is kept for going back."""
    step, seconds, saved = 0, 0.0, None
    if path.exists():
        state = read_checkpoint(path, trained)
        step, seconds, saved = state["step"], state["seconds"], state.get("kept")
    else:
        trained.ema.load_state_dict(trained.network.state_dict())
    if backtracking is None:
        return step, seconds, Kept({})
    return step, seconds, Kept(**saved) if saved and saved["state"] else backtracking.start(trained)


def _tell(callbacks: Sequence[Callback], step: int, loss: float, returned: int) -> None:
    for callback in callbacks:
        callback.on_step(step, loss)
        if returned:
            callback.on_return(step, returned)


def _mean(losses: list[float]) -> float:
    """Of those that are finite."""
    finite = [loss for loss in losses if math.isfinite(loss)]
    return sum(finite) / len(finite) if finite else math.nan


def _log(path: Path, row: dict[str, float], measured: Sequence[dict[str, float]]) -> None:
    for columns in measured:
        row = {**row, **columns}
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(row))
        if new:
            writer.writeheader()
        writer.writerow(row)
