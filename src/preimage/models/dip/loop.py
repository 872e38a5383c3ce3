"""The loop of a deep image prior: draw, compare, learn, look whether to stop."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.functional import Smooth
from preimage.machine.threads import Each, side_by_side
from preimage.models.dip.early_stopping import EarlyStopping, Seen, Watch
from preimage.models.dip.fitting import Fitting
from preimage.solve import Reason, Solution
from preimage.solve.history import Recorder
from preimage.solve.iterate import Callback, ask

__all__ = ["Drawn", "Goal", "Run", "fit_networks"]

# The average forgets the first pictures sooner: until it has its own, its span is the steps so far over this number.
_YOUNG = 10


@dataclass(frozen=True)
class Drawn:
    """The pictures of a step, (B, C, H, W) each; of several runs, their means.

    Attributes:
        x: the average at the step of the best score so far: the result, were this the last step.
        last: drawn in this step.
        average: of those drawn up to this step.
        misfit: the data term at ``last``, (B,).
        score: of the stopping rule, (B,); NaN where there is none yet.
    """

    x: Tensor
    last: Tensor
    average: Tensor
    misfit: Tensor
    score: Tensor


@dataclass(frozen=True)
class Goal:
    """What is minimised, and when to stop.

    Attributes:
        data: the data term.
        penalty: a further functional, or none.
        stop: the rule.
    """

    data: Smooth
    penalty: Smooth | None
    stop: EarlyStopping

    def compare(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The data term, (B,), and the gradient of the sum."""
        misfit, gradient = self.data.value_and_grad(x)
        return misfit, gradient if self.penalty is None else gradient + self.penalty.grad(x)


@dataclass(frozen=True)
class Run:
    """One start: its networks, each for a part of the batch, and what they are to do."""

    fittings: Sequence[Fitting]
    goal: Goal


@dataclass
class _Image:
    """One network, and what has been found with it."""

    fitting: Fitting
    watch: Watch
    drawn: Tensor
    average: Tensor
    best: Tensor
    misfit: float = math.nan
    reason: Reason | None = None
    steps: int = 0
    learned: int = 0

    @property
    def rows(self) -> int:
        """Samples of the batch that it draws."""
        return len(self.drawn)


@dataclass(frozen=True)
class _Team:
    """The networks of a run at work."""

    goal: Goal
    images: Sequence[_Image]

    @classmethod
    def begin(cls, run: Run) -> "_Team":
        """Nothing has been drawn."""
        rule = run.goal.stop
        return cls(
            run.goal, [_Image(each, rule.watch(each.rng), each.like, each.like, each.like) for each in run.fittings]
        )

    def of_rows(self, values: Sequence[float]) -> Tensor:
        """One value for each sample of the batch, from one for each network."""
        return torch.tensor(values).repeat_interleave(torch.tensor([image.rows for image in self.images]))

    def drawn(self) -> Drawn:
        """All of the batch."""
        return Drawn(
            torch.cat([image.best for image in self.images]),
            torch.cat([image.drawn for image in self.images]),
            torch.cat([image.average for image in self.images]),
            self.of_rows([image.misfit / image.rows for image in self.images]),
            self.of_rows([image.watch.last for image in self.images]),
        )


@dataclass(frozen=True)
class _Lesson:
    """What a network is to learn from a picture: the gradient of what is minimised with respect to it."""

    image: _Image
    picture: Tensor
    gradient: Tensor

    def learn(self) -> None:
        """Learn it."""
        self.image.fitting.learn(self.gradient, self.picture)


def fit_networks(runs: Sequence[Run], callbacks: Sequence[Callback] = ()) -> Solution[Drawn]:
    """Fit the networks of all runs, step by step side by side, until each has stopped; the runs are averaged."""
    teams = [_Team.begin(run) for run in runs]
    images = [image for team in teams for image in team.images]
    fit, device = images[0].fitting.fit, images[0].drawn.device
    recorder = Recorder(lambda state: {"misfit": state.misfit, "score": state.score})
    state = _mean([team.drawn() for team in teams])
    with side_by_side(device, len(images)) as each:
        for step in range(1, fit.max_steps + 1):
            started, old = time.perf_counter(), state.average
            running = torch.stack([team.of_rows([not image.reason for image in team.images]) for team in teams])
            _advance(teams, step, each)
            state = _mean([team.drawn() for team in teams])
            change = _relative_change(state.average, old).where(running.any(0), torch.nan)
            recorder.add(state, change, time.perf_counter() - started)
            if (ended := ask(callbacks, step, state)) is not None:
                _stop(images, ended)
            if all(image.reason for image in images):
                break
    _stop(images, Reason("all_steps", fit.max_steps))
    reasons = tuple(
        Reason.of_runs([image.reason for image in row if image.reason])
        for row in zip(*([image for image in team.images for _ in range(image.rows)] for team in teams), strict=True)
    )
    steps = torch.stack([team.of_rows([image.steps for image in team.images]) for team in teams])
    return Solution(
        state.x,
        state,
        steps.amax(0).to(device),
        torch.tensor([reason.kind == "converged" for reason in reasons], device=device),
        reasons,
        recorder.history(len(reasons)),
    )


def _advance(teams: Sequence[_Team], step: int, each: Each) -> None:
    """One step of all that have not stopped."""
    running = [image for team in teams for image in team.images if not image.reason]
    pictures = each(lambda image: image.fitting.draw(step), running)
    drawn = {id(image): picture for image, picture in zip(running, pictures, strict=True)}
    lessons = [lesson for team in teams for lesson in _compare(team, drawn, step)]
    list(each(_Lesson.learn, lessons))


def _compare(team: _Team, drawn: Mapping[int, Tensor], step: int) -> list[_Lesson]:
    """Look at the pictures of a run: what is to be learned from them, which average is best, and who stops."""
    goal, images = team.goal, team.images
    pictures = torch.cat([drawn.get(id(image), image.drawn).detach() for image in images])
    sizes = [image.rows for image in images]
    with torch.no_grad():
        misfit, gradient = goal.compare(pictures)
    misfits = [float(part.sum()) for part in misfit.split(sizes)]
    lessons = [
        _Lesson(image, drawn[id(image)], gradient)
        for image, gradient, misfit in zip(images, gradient.split(sizes), misfits, strict=True)
        if id(image) in drawn and _take(image, drawn[id(image)].detach(), gradient, misfit)
    ]
    with torch.no_grad():
        average = torch.cat([image.average for image in images])
        measured = [float(part.mean()) for part in goal.stop.measure(goal.data, average).split(sizes)]
    taken = {id(lesson.image) for lesson in lessons}
    for image, value in zip(images, measured, strict=True):
        if id(image) in taken:
            _judge(image, Seen(image.drawn, value), step)
    return lessons


def _take(image: _Image, drawn: Tensor, gradient: Tensor, misfit: float) -> bool:
    """Count a picture in; False where nothing is to be learned from it."""
    fit = image.fitting.fit
    if not math.isfinite(misfit) or not bool(gradient.isfinite().all()):
        image.reason = Reason("diverged", image.steps + 1)
        return False
    image.steps += 1
    if image.misfit > 0 and misfit > image.misfit * 10 ** (fit.fallback / 10):
        image.fitting.take_back()
        return False
    image.misfit, image.drawn = misfit, drawn
    image.average = image.average.lerp(drawn, max(1 - fit.average, _YOUNG / (_YOUNG + image.learned)))
    image.learned += 1
    return True


def _judge(image: _Image, seen: Seen, step: int) -> None:
    """Ask the rule whether this is the best picture so far, and whether to stop."""
    image.watch = image.watch.after(step, seen)
    if image.watch.is_best:
        image.best = image.average
    if image.watch.stops:
        image.reason = Reason("converged", step, image.watch.best_step)


def _stop(images: Sequence[_Image], reason: Reason) -> None:
    for image in images:
        image.reason = image.reason or reason


def _mean(states: Sequence[Drawn]) -> Drawn:
    """Over the runs."""
    return (
        states[0]
        if len(states) == 1
        else Drawn(*(torch.stack(values).mean(0) for values in zip(*map(_fields, states), strict=True)))
    )


def _fields(state: Drawn) -> tuple[Tensor, ...]:
    return state.x, state.last, state.average, state.misfit, state.score


def _relative_change(new: Tensor, old: Tensor) -> Tensor:
    """Of each sample, (B,), on the host."""
    size = torch.linalg.vector_norm(new.flatten(1), dim=1)
    return (torch.linalg.vector_norm((new - old).flatten(1), dim=1) / size.where(size > 0, 1)).cpu()
