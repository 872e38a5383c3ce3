"""The training loop: resumable, bounded in time, deterministic by seed."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from preimage._fields import fields_of
from preimage.machine import processes
from preimage.training.backtracking import Kept, TrainingBacktracking
from preimage.training.callbacks import Callback
from preimage.training.checkpoint import Trained, read_checkpoint, write_checkpoint
from preimage.training.log import append_row, cut_rows
from preimage.training.schedule import RateSchedule
from preimage.training.step import LossOfStep, Objective, Stepper, StepReport

__all__ = ["FitResult", "LearningRule", "fit"]


@dataclass(frozen=True)
class LearningRule:
    """How a step changes the weights.

    Args:
        optimizers: together they own the parameters that are trained.
        schedule: the number of steps, and a factor on the learning rates at each.
        ema_decay: the decay of the exponential average of the weights, in [0, 1); less at the start.
        clip: largest gradient norm, > 0.
        backtracking: what to do about divergence; ``None``: the training ends with an error.
        scaler: multiplies losses so that gradients in float16 do not vanish, and leaves out steps that overflow.
    """

    optimizers: Sequence[torch.optim.Optimizer]
    schedule: RateSchedule
    ema_decay: float = 0.999
    clip: float = 1.0
    backtracking: TrainingBacktracking | None = None
    scaler: torch.amp.GradScaler | None = None


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
    loss: LossOfStep | Sequence[LossOfStep],
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
    seconds, mean loss since the last row, learning-rate factor, learning rate mean length of the gradient, mean of
    each term of the loss, and whatever the callbacks measured.

    Under ``torchrun`` (see :mod:`preimage.machine.processes`) gradients are averaged over the processes, and the first
    one writes; a loss that is the mean over this process's share of a batch then gives the gradient of the whole batch.

    Args:
        network: what is trained, in place.
        loss: a scalar to be minimised, or that and its terms by name, for the log. Of several losses the mean is
            minimised: their gradients are added up one after another, with the memory of one.
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
    parts = [loss] if callable(loss) else list(loss)
    schedule, backtracking = rule.schedule, rule.backtracking
    trained = Trained(network, ema, tuple(rule.optimizers), rule.scaler)
    rates, objective = trained.rates(), processes.parallel(Objective(network, parts))
    stepper = Stepper(objective, len(parts), trained, rates, rule.ema_decay, rule.clip, backtracking)
    step, before, kept = _resume(out, trained, backtracking, callbacks)
    started, reports, first, stop = time.monotonic(), [], processes.rank() == 0, False
    while step < schedule.steps and not stop:
        factor = schedule.at(step) * (backtracking.rate(kept) if backtracking else 1.0)
        report, after = stepper.advance(step, factor, kept)
        step += 1
        reports.append(report)
        _tell(callbacks if first else (), step, report.loss, after.returns if after.returns > kept.returns else 0)
        kept, seconds = after, before + time.monotonic() - started
        over = seconds - before > time_budget or any(callback.stops() for callback in callbacks)
        stop = processes.any_of(over, network)
        if first and (step % checkpoint_every == 0 or step == schedule.steps or stop):
            row = {"step": step, "seconds": round(seconds, 1), **_means(reports, factor, rates[0][0] * factor)}
            _check_point(out, trained, callbacks, row, kept)
            reports = []
    return FitResult(step, step >= schedule.steps, before + time.monotonic() - started)


def _check_point(out: Path, trained: Trained, callbacks: Sequence[Callback], row: dict[str, Any], kept: Kept) -> None:
    """Measure, then log, then write: what a kill leaves between the last two is done again from the old checkpoint."""
    step = row["step"]
    for callback in callbacks:
        row = {**row, **callback.on_checkpoint(step, trained.ema)}
    append_row(out / "log.csv", row)
    told = [callback.state() for callback in callbacks]
    more = {"step": step, "seconds": row["seconds"], "kept": fields_of(kept), "callbacks": told}
    write_checkpoint(out / "checkpoint.pt", trained, more)
    for callback in callbacks:
        callback.on_written(step, trained.ema)
        callback.on_row(step, row)


def _resume(
    out: Path, trained: Trained, backtracking: TrainingBacktracking | None, callbacks: Sequence[Callback]
) -> tuple[int, float, Kept]:
    """Steps done, seconds they took, and what is kept for going back."""
    step, seconds, saved, path = 0, 0.0, None, out / "checkpoint.pt"
    if path.exists():
        state = read_checkpoint(path, trained)
        step, seconds, saved = state["step"], state["seconds"], state.get("kept")
        if processes.rank() == 0:
            cut_rows(out / "log.csv", step)
            for callback, told in zip(callbacks, state.get("callbacks", ()), strict=False):
                callback.restore(told)
                callback.on_written(step, trained.ema)
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


def _means(reports: Sequence[StepReport], factor: float, rate: float) -> dict[str, float]:
    """The loss, the length of the gradient and the terms: means of those that are finite; the last learning rate."""
    names = dict.fromkeys(name for report in reports for name in report.terms)
    terms = {f"loss/{name}": _mean([report.terms.get(name, math.nan) for report in reports]) for name in names}
    norm = _mean([report.gradient_norm for report in reports])
    loss = _mean([report.loss for report in reports])
    return {"loss": loss, "rate": factor, "learning_rate": rate, "gradient_norm": norm, **terms}


def _mean(values: Sequence[float]) -> float:
    finite = [value for value in values if math.isfinite(value)]
    return sum(finite) / len(finite) if finite else math.nan
