"""Training of any model for any physics, by any loss."""

import copy
import functools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from torch import nn

from preimage.datasets import Dataset
from preimage.errors import ArgumentError
from preimage.loss import Loss
from preimage.machine import processes
from preimage.metric import PSNR, Metric
from preimage.physics import Physics
from preimage.training.budget import Budget, Epochs
from preimage.training.callbacks import Callback, TrainingProgress
from preimage.training.checkpoint import Trained, write_checkpoint
from preimage.training.keeper import Selection, WeightsKeeper
from preimage.training.learning import Learning
from preimage.training.loggers import Logger, LoggerCallback
from preimage.training.loop import fit
from preimage.training.objective import BatchLoss, ModelAndLoss
from preimage.training.scores import measured, metric_names
from preimage.training.validation import Validation

__all__ = ["Trainer", "TrainerResult"]


@dataclass(frozen=True)
class TrainerResult:
    """What a training reached.

    Attributes:
        model: the model with the weights that are best on the validation data, or the last ones where there are none.
        last: the model with the averaged weights of the last step.
        step: how many steps were done.
        finished: whether these are all of them; else the same call goes on.
        seconds: how long the training took, over all sessions.
        score: the score of ``model`` on the validation data, if any.
        best_step: the step of ``model``.
    """

    model: nn.Module
    last: nn.Module
    step: int
    finished: bool
    seconds: float
    score: float | None
    best_step: int


@dataclass(frozen=True, eq=False)
class Trainer:
    """Everything that decides a training: a value, of which :meth:`fit` is a run in a folder.

    Args:
        model: a reconstructor, ``model(y, physics)``; it is copied, and stays as it is.
        physics: the forward model; parameters that samples bring are put in its place for each batch.
        loss: what is minimised, with its parts by name in the log.
        train: the training data; images without measurements are measured anew in every epoch.
        validation: data by which the best weights are chosen; of the training none is used for that.
        metrics: measured on the validation data where the truth is known.
        best_by: the metric that chooses, by its name, or ``loss``; by default the first, or ``loss`` without truth.
        budget: how long: ``TrainingSteps(n)``, ``Epochs(n)`` or ``Hours(n)``.
        batch: images a step, over all processes and parts.
        learning: optimizers, rates, averages, precision.
        check_every: steps between two checkpoints, each with a row of the log and a validation.
        sheet: how many validation images are written to ``images/`` at every check.
        callbacks: told of steps and checkpoints; any of them can stop the session.
        loggers: told of each row of the log, by ``log(row, step)``.
        device: where to compute, ``cpu``, ``cuda`` or ``mps``.
        seed: the seed of the order of samples, of measurements and of the randomness of losses.

    Raises:
        ArgumentError: the batch is no multiple of the parts, or ``best_by`` names no metric.
    """

    model: nn.Module
    physics: Physics
    loss: Loss
    train: Dataset
    validation: Dataset | None = None
    metrics: Sequence[Metric] = field(default_factory=lambda: (PSNR(),))
    best_by: str | None = None
    budget: Budget = field(default_factory=lambda: Epochs(100))
    batch: int = 8
    learning: Learning = field(default_factory=Learning)
    check_every: int = 500
    sheet: int = 4
    callbacks: Sequence[Callback] = ()
    loggers: Sequence[Logger] = ()
    device: str = "cpu"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.batch < 1 or self.batch % self.learning.accumulate or self.check_every < 1:
            raise ArgumentError(
                f"`batch` must be a multiple of the {self.learning.accumulate} parts and `check_every` at least 1, got "
                f"{self.batch} and {self.check_every}; take other numbers."
            )
        known = [*metric_names(self.metrics), "loss"]
        if self.best_by is not None and self.best_by not in known:
            raise ArgumentError(f"`best_by` must be one of {', '.join(known)}, got {self.best_by!r}; name one of them.")

    def fit(
        self,
        folder: Path | str,
        *,
        resume: bool = True,
        time_limit: float = math.inf,
        progress: TrainingProgress | None = None,
    ) -> TrainerResult:
        """Train, or go on where a run in ``folder`` was stopped, with the same result to the bit.

        ``folder`` gets ``checkpoint.pt``, ``log.csv``, ``last.safetensors``, with validation data ``best.safetensors``
        and ``images/``, and ``plan.json`` where the budget was in hours.

        Args:
            folder: where the run lies; it is made where it is missing.
            resume: whether to go on; else a folder with a checkpoint is refused.
            time_limit: seconds for this session; at their end a checkpoint is written.
            progress: told of steps; it can stop the session.

        Raises:
            ArgumentError: there is a checkpoint that is not to be gone on from.
            ConvergenceError: the loss is not finite.
            WeightsError: the checkpoint is of another model.
        """
        out, told = Path(folder), progress or TrainingProgress()
        if not resume and (out / "checkpoint.pt").exists():
            raise ArgumentError(f"`folder` must be a new one, got {out} with a training; resume it, or use another.")
        out.mkdir(parents=True, exist_ok=True)
        with processes.join(self.device) as device:
            pair = ModelAndLoss(copy.deepcopy(self.model), copy.deepcopy(self.whole_loss())).to(device).train()
            averaged, objective = copy.deepcopy(pair), self._objective(device)
            validation = self._validation(out, device)
            steps = self.budget.steps(
                len(self.train), self.batch, out / "plan.json",
                lambda: self._seconds_per_step(copy.deepcopy(pair), objective, validation),
            )  # fmt: skip
            rule = self.whole_learning().rule(pair, steps)
            keeper = WeightsKeeper(out, self._selection(validation, steps))
            if processes.rank() == 0 and not (out / "checkpoint.pt").exists():
                # Killed before the first check, the run starts from the same weights again.
                start = Trained(pair, averaged, tuple(rule.optimizers), rule.scaler)
                write_checkpoint(out / "checkpoint.pt", start, {"step": 0, "seconds": 0.0})
            told.begins("training", steps)
            result = fit(
                pair, [functools.partial(objective, part) for part in range(self.learning.accumulate)], rule, out,
                ema=averaged, time_budget=time_limit, checkpoint_every=self.check_every,
                callbacks=[keeper, told, *self.callbacks, *map(LoggerCallback, self.loggers)],
            )  # fmt: skip
            told.ends("training", result.step, result.seconds)
            best = processes.from_first(keeper.best)
        last = averaged.model.cpu().eval()
        if best is None:
            return TrainerResult(last, last, result.step, result.finished, result.seconds, None, result.step)
        model = copy.deepcopy(last)
        model.load_state_dict(best.weights)
        return TrainerResult(model, last, result.step, result.finished, result.seconds, best.score, best.step)

    def whole_loss(self) -> Loss:
        """What a step minimises."""
        return self.loss

    def whole_learning(self) -> Learning:
        """How a step changes the parameters of the model and of the loss."""
        return self.learning

    def _objective(self, device: str) -> BatchLoss:
        data, physics = measured(self.train, self.physics, self.seed), self.physics.to(device)
        return BatchLoss(data, physics, self.batch, self.learning, self.seed, device)

    def _validation(self, out: Path, device: str) -> Validation | None:
        if self.validation is None:
            return None
        data, physics = measured(self.validation, self.physics, self.seed + 1), self.physics.to(device)
        per_process = max(1, self.batch // self.learning.accumulate // processes.count())
        return Validation(data, physics, self.metrics, per_process, self.sheet, out / "images", device)

    def _selection(self, validation: Validation | None, steps: int) -> Selection:
        """The first metric decides, or the loss where there is no truth to compare with."""
        if validation is None:
            return Selection(lambda step, averaged: {}, None, False, self.check_every, steps)
        usual = metric_names(self.metrics)[0] if self.metrics and validation.data[0].x is not None else "loss"
        by, ways = self.best_by or usual, dict(zip(metric_names(self.metrics), self.metrics, strict=True))
        higher = by != "loss" and ways[by].higher_is_better
        return Selection(validation, f"validation/{by}", higher, self.check_every, steps)

    def _seconds_per_step(self, pair: ModelAndLoss, objective: BatchLoss, validation: Validation | None) -> float:
        """The mean of some steps after a first one, and the share of a step in a validation."""
        steps, durations = self.whole_learning().rule(pair, 1).optimizers, []
        while len(durations) < 4 or (len(durations) < 40 and sum(durations) < 2.0):
            started = time.monotonic()
            for part in range(self.learning.accumulate):
                objective(part, pair, len(durations))[0].backward()
            for optimizer in steps:
                optimizer.step()
                optimizer.zero_grad()
            durations.append(time.monotonic() - started)
        started = time.monotonic()
        if validation is not None:
            validation(0, pair)
        check = time.monotonic() - started
        return sum(durations[1:]) / (len(durations) - 1) + check / self.check_every
