"""Tasks done by fitting a network to the picture."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from preimage import zoo
from preimage.errors import ArgumentError, ConvergenceError
from preimage.models.dip import DeepImagePrior
from preimage.physics.noise import GaussianNoise, NoNoise
from preimage.restore.frame.task import FittedTask, Level, Outcome
from preimage.restore.frame.work import Forecast, Job, Method, Settings, Worker
from preimage.restore.methods.dip.data_step import data_step
from preimage.restore.methods.dip.memory import check_memory, needed_bytes
from preimage.restore.methods.dip.settings import started
from preimage.restore.methods.dip.watch import Watch
from preimage.solve import Reason, interruptible

__all__ = ["ByDip", "Dip", "as_dip"]


@dataclass(frozen=True)
class Dip:
    """How to restore by a deep image prior, for ``method=Dip(...)``; ``method="dip"`` is ``Dip()``.

    Args:
        setting: ``fast``, or ``paper``, the publication's network and number of steps.
        runs: fits from different starts, side by side, whose results are averaged: the more, the better; ``None`` is
            as many as the setting has, two or one.
        preview: called with the best picture so far, of the kind that was given.
        every: seconds from one preview to the next.
        tell: called with a line about each step.
    """

    setting: str = "fast"
    runs: int | None = None
    preview: Callable[[Any], object] | None = field(default=None, repr=False, compare=False)
    every: float = 10.0
    tell: Callable[[str], object] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if (self.runs is not None and self.runs < 1) or not self.every >= 0:
            raise ArgumentError(
                f"`runs` must be at least 1 and the seconds between previews not negative, got {self.runs} and "
                f"{self.every}."
            )


def as_dip(method: str | Dip) -> Dip | None:
    """``method``, if it is the deep image prior."""
    return Dip() if method == "dip" else method if isinstance(method, Dip) else None


@dataclass(frozen=True)
class ByDip(Method):
    """By a deep image prior. Ctrl-C ends it with the best picture so far."""

    task: FittedTask
    dip: Dip = Dip()

    def options(self) -> dict[str, Any]:
        """What a repetition needs."""
        return {"method": "dip", "setting": self.dip.setting}

    def begin(self, job: Job) -> Worker:
        """Refuse what is for denoisers, and what does not fit in memory."""
        settings = job.settings
        if settings.search != "light":
            raise ArgumentError("`search` must be left out for dip, got one; it is for groupsc.")
        if settings.strength != 1 and job.given is None:
            raise ArgumentError(
                f"`strength` must be left out for dip where sigma is auto, got {settings.strength}; give sigma."
            )
        prior = self.prior(job.given or 0.0, settings)
        check_memory(prior, job.shapes[0][0], self.task.canvas(*job.shapes[0][1:]), job.budget)
        if job.progress is not None:
            job.progress(0, job.count * prior.fit.max_steps)
        chosen = dataclasses.replace(settings, steps=prior.fit.max_steps)
        return _Fitting(self, job, chosen, prior.fit.max_steps, prior.fit.runs)

    def prior(self, sigma: float, settings: Settings) -> DeepImagePrior:
        """That of the setting, with the user's steps, runs and seed."""
        prior = self.task.prior(self.dip.setting, sigma)
        steps = prior.fit.max_steps if settings.steps is None else settings.steps
        runs = prior.fit.runs if self.dip.runs is None else self.dip.runs
        fit = dataclasses.replace(prior.fit, max_steps=steps, runs=runs, seed=settings.seed)
        prior = prior.replace(fit=fit)
        return prior if settings.weights is None else started(prior, settings.weights)


@dataclass
class _Fitting(Worker):
    """A deep image prior at work on the pictures of one job.

    Attributes:
        pictures: how many pictures have been fitted.
        kept: the steps that led to a picture that the user ended; ``None`` where all were taken.
    """

    method: ByDip
    job: Job
    settings: Settings
    steps: int
    runs: int
    pictures: int = field(default=0, init=False)
    kept: int | None = field(default=None, init=False)

    def resolved(self) -> Mapping[str, Any]:
        """The runs, and the steps that count: where the user ended it, those up to there."""
        given = self.settings.weights
        weights = {} if given is None else {"weights": {"name": given, "sha256": zoo.describe(given).sha256}}
        return {"steps": self.kept or self.steps, "runs": self.runs, **weights}

    def forecast(self) -> Forecast:
        """Memory alone: how long a step takes is known when it has been taken."""
        prior, shape = self.method.prior(self.job.given or 0.0, self.settings), self.job.shapes[0]
        return Forecast(None, needed_bytes(prior, shape[0], self.method.task.canvas(*shape[1:])))

    def solve(self, y: Tensor, level: Level) -> Outcome:
        """Fit, and watch it.

        Raises:
            ConvergenceError: the fit diverged.
            KeyboardInterrupt: the user ended it before the last of several pictures.
        """
        job, task, dip = self.job, self.method.task, self.method.dip
        known = job.given is not None
        sigma = level.value * self.settings.strength
        physics = task.physics(y).replace(noise=GaussianNoise(sigma) if known and sigma > 0 else NoNoise())
        given = sigma if known else None
        prior = self.method.prior(sigma, self.settings)
        measured = task.measured(y)

        def finished(x: Tensor) -> Tensor:
            return task.finished(data_step(x, measured, physics, sigma) if task.is_exact else x, y, given)

        def show(x: Tensor) -> None:
            if dip.preview is not None:
                dip.preview(job.rebuild(finished(x)[0].cpu()))

        with interruptible() as is_over:
            watch = Watch(
                is_over, job.progress, self.pictures * self.steps, job.count * self.steps, dip.tell,
                None if dip.preview is None else show, dip.every,
            )  # fmt: skip
            solution = prior.solve(measured, physics, [watch])
        self.pictures += 1
        reason = solution.reason[0]
        if reason.kind == "diverged":
            raise ConvergenceError(f"the fit {reason}; try another seed, or the setting paper.")
        if job.progress is not None:
            job.progress(self.pictures * self.steps, job.count * self.steps)
        if is_over() and self.pictures < job.count:
            raise KeyboardInterrupt
        if reason.kind == "interrupted":
            reason = Reason("interrupted", reason.step)  # whatever has ended other runs before
            if job.count == 1:
                self.kept = reason.step  # a repetition takes so many
        return Outcome(finished(solution.x), reason, solution.history)
