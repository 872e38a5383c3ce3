"""The deep image prior: a network fitted to the picture."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from torch import Tensor
from typing_extensions import override

from preimage import zoo
from preimage._worker import Worker
from preimage.errors import ArgumentError, ConvergenceError
from preimage.models.dip import DeepImagePrior
from preimage.physics.noise import GaussianNoise, NoNoise
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Forecast, Job, Outcome, Session
from preimage.restore.methods.dip.data_step import data_step
from preimage.restore.methods.dip.memory import check_memory, needed_bytes
from preimage.restore.methods.dip.settings import prior_of, start_from
from preimage.restore.methods.dip.watch import Watch
from preimage.solve import Reason, interruptible

__all__ = ["Dip"]


@dataclass(frozen=True)
class Dip(Method):
    """A deep image prior: a network fitted to the picture. ``method="dip"`` is ``Dip()``; Ctrl-C keeps the best so far.

    Args:
        setting: ``fast``, or ``paper``, the publication's network and number of steps.
        runs: fits from different starts, side by side, whose results are averaged: the more, the better; ``None`` is
            as many as the setting has, two or one.
        preview: called with the best picture so far, of the kind that was given.
        every: seconds from one preview to the next.
        tell: called with a line about each step.

    Raises:
        ArgumentError: a number is out of its range.
    """

    setting: str = "fast"
    runs: int | None = None
    preview: Callable[[Any], object] | None = field(default=None, repr=False, compare=False)
    every: float = 10.0
    tell: Callable[[str], object] | None = field(default=None, repr=False, compare=False)

    name: ClassVar[str] = "dip"

    def __post_init__(self) -> None:
        if (self.runs is not None and self.runs < 1) or not self.every >= 0:
            raise ArgumentError(
                f"`runs` must be at least 1 and the seconds between previews not negative, got {self.runs} and "
                f"{self.every}."
            )

    @classmethod
    @override
    def recorded(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> "Dip":
        return cls(settings["setting"], resolved["runs"])

    @override
    def form(self, task: Task) -> Task:
        return task.blind()

    def options(self) -> dict[str, Any]:
        """What a repetition needs."""
        return {"method": "dip", "setting": self.setting}

    def settled(self, settings: Mapping[str, Any], resolved: Mapping[str, Any], sigma: Any) -> dict[str, Any]:
        """None: whether the noise level was given makes a difference."""
        return {}

    def begin(self, task: Task, job: Job) -> Session:
        """Refuse what is for denoisers, and what does not fit in memory."""
        settings = job.settings
        if settings.search != "light":
            raise ArgumentError("`search` must be left out for dip, got one; it is for groupsc.")
        if settings.strength != 1 and job.given is None:
            raise ArgumentError(
                f"`strength` must be left out for dip where sigma is auto, got {settings.strength}; give sigma."
            )
        prior = self.prior(task, job.given or 0.0, settings)
        check_memory(prior, task.channels(job.shapes[0][0]), task.canvas(*job.shapes[0][1:]), job.budget)
        if job.progress is not None:
            job.progress(0, job.count * prior.fit.max_steps)
        chosen = dataclasses.replace(settings, steps=prior.fit.max_steps)
        return _Fitting(self, task, job, chosen, prior.fit.max_steps, prior.fit.runs)

    def prior(self, task: Task, sigma: float, settings: Settings) -> DeepImagePrior:
        """That of the setting, with the user's steps, runs and seed."""
        prior = prior_of(task, self.setting, sigma)
        steps = prior.fit.max_steps if settings.steps is None else settings.steps
        runs = prior.fit.runs if self.runs is None else self.runs
        fit = dataclasses.replace(prior.fit, max_steps=steps, runs=runs, seed=settings.seed)
        prior = prior.replace(fit=fit)
        return prior if settings.weights is None else start_from(prior, settings.weights)


@dataclass
class _Fitting(Session, Worker):
    """A deep image prior at work on the pictures of one job.

    Attributes:
        pictures: how many pictures have been fitted.
        kept: the steps that led to a picture that the user ended; ``None`` where all were taken.
    """

    method: Dip
    task: Task
    job: Job
    settings: Settings
    steps: int
    runs: int
    pictures: int = field(default=0, init=False)
    kept: int | None = field(default=None, init=False)

    def entries(self, levels: Sequence[Level]) -> Mapping[str, Any]:
        """The runs, and the steps that count: where the user ended it, those up to there."""
        given = self.settings.weights
        weights = {} if given is None else {"weights": {"name": given, "sha256": zoo.digest_of(given)}}
        return {"steps": self.kept or self.steps, "runs": self.runs, **weights}

    def forecast(self) -> Forecast:
        """Memory alone: how long a step takes is known when it has been taken."""
        prior, shape = self.method.prior(self.task, self.job.given or 0.0, self.settings), self.job.shapes[0]
        return Forecast(None, needed_bytes(prior, self.task.channels(shape[0]), self.task.canvas(*shape[1:])))

    def solve(self, y: Tensor, level: Level) -> Outcome:
        """Fit, and watch it.

        Raises:
            ConvergenceError: the fit diverged.
            KeyboardInterrupt: the user ended it before the last of several pictures.
        """
        job, task, dip = self.job, self.task, self.method
        known = job.given is not None
        sigma = level.value * self.settings.strength
        problem = task.problem(y, sigma if known else None)
        physics = problem.physics.replace(noise=GaussianNoise(sigma) if known and sigma > 0 else NoNoise())
        prior = self.method.prior(task, sigma, self.settings)

        def finish(x: Tensor) -> Tensor:
            return problem.finish(data_step(x, problem.y, physics, sigma) if task.is_exact else x)

        def show(x: Tensor) -> None:
            if dip.preview is not None:
                dip.preview(job.rebuild(finish(x)[0].cpu()))

        with interruptible() as is_over:
            watch = Watch(
                is_over, job.progress, self.pictures * self.steps, job.count * self.steps, dip.tell,
                None if dip.preview is None else show, dip.every,
            )  # fmt: skip
            solution = prior.solve(problem.y, physics, [watch])
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
        return Outcome(finish(solution.x), reason, solution.history)
