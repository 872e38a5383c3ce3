"""The loop of a deep image prior: draw, compare, learn, look whether to stop."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.functional import Smooth
from preimage.models.dip.early_stopping import EarlyStopping, Seen, Watch
from preimage.models.dip.fitting import Fitting
from preimage.solve import Solution
from preimage.solve.history import Recorder
from preimage.solve.iterate import Callback

__all__ = ["Drawn", "Goal", "fit_networks"]


@dataclass(frozen=True)
class Drawn:
    """The pictures of a step, (B, C, H, W) each.

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

    def grad(self, x: Tensor) -> Tensor:
        """The gradient of the sum."""
        gradient = self.data.grad(x)
        return gradient if self.penalty is None else gradient + self.penalty.grad(x)


@dataclass
class _Image:
    """One network, and what has been found with it."""

    fitting: Fitting
    watch: Watch
    drawn: Tensor
    average: Tensor
    best: Tensor
    misfit: float = math.nan
    reason: str = ""
    steps: int = 0

    @property
    def rows(self) -> int:
        """Samples of the batch that it draws."""
        return len(self.drawn)


def fit_networks(fittings: Sequence[Fitting], goal: Goal, callbacks: Sequence[Callback] = ()) -> Solution[Drawn]:
    """Fit networks, one after the other part of a batch, until each has stopped."""
    fit = fittings[0].fit
    images = [_Image(each, goal.stop.watch(each.rng), each.like, each.like, each.like) for each in fittings]
    recorder = Recorder(lambda state: {"misfit": state.misfit, "score": state.score})
    state = _gathered(images)
    for step in range(1, fit.max_steps + 1):
        started, running = time.perf_counter(), _each_row(images, [not image.reason for image in images])
        change = _advance(images, goal, step)
        state = _gathered(images)
        recorder.add(state, change.where(running, torch.nan), time.perf_counter() - started)
        answers = [callback(step, state) for callback in callbacks]  # every one hears of every step
        if any(answer is True for answer in answers):
            _stop(images, "stopped by callback")
        if all(image.reason for image in images):
            break
    _stop(images, f"took all {fit.max_steps} steps")
    reasons = tuple(image.reason for image in images for _ in range(image.rows))
    return Solution(
        state.x,
        state,
        _each_row(images, [image.steps for image in images]).to(state.x.device),
        torch.tensor([reason.startswith("converged") for reason in reasons], device=state.x.device),
        reasons,
        recorder.history(len(reasons)),
    )


def _advance(images: list[_Image], goal: Goal, step: int) -> Tensor:
    """One step of all that have not stopped; the relative change of each average, (B,)."""
    sizes = [image.rows for image in images]
    pictures = [image.drawn if image.reason else image.fitting.draw(step) for image in images]
    drawn = torch.cat([picture.detach() for picture in pictures])
    old = torch.cat([image.average for image in images])
    with torch.no_grad():
        misfits = [float(part.sum()) for part in goal.data(drawn).split(sizes)]
        gradients = goal.grad(drawn).split(sizes)
    taken = [
        not image.reason and _take(image, picture, gradient, misfit)
        for image, picture, gradient, misfit in zip(images, pictures, gradients, misfits, strict=True)
    ]
    average = torch.cat([image.average for image in images])
    with torch.no_grad():
        measured = [float(part.mean()) for part in goal.stop.measure(goal.data, average).split(sizes)]
    for image, is_new, value in zip(images, taken, measured, strict=True):
        if is_new:
            _judge(image, Seen(image.drawn, value), step)
    size = torch.linalg.vector_norm(average.flatten(1), dim=1)
    return (torch.linalg.vector_norm((average - old).flatten(1), dim=1) / size.where(size > 0, 1)).cpu()


def _take(image: _Image, picture: Tensor, gradient: Tensor, misfit: float) -> bool:
    """Learn from a picture and count it in; False where nothing is to be learned from it."""
    fit = image.fitting.fit
    if not math.isfinite(misfit) or not bool(gradient.isfinite().all()):
        image.reason = f"diverged at step {image.steps + 1}"
        return False
    image.steps += 1
    if image.misfit > 0 and misfit > image.misfit * 10 ** (fit.fallback / 10):
        image.fitting.take_back()
        return False
    image.fitting.learn(gradient, picture)
    is_first = math.isnan(image.misfit)
    image.misfit, image.drawn = misfit, picture.detach()
    image.average = image.drawn if is_first else image.average.lerp(image.drawn, 1 - fit.average)
    return True


def _judge(image: _Image, seen: Seen, step: int) -> None:
    """Ask the rule whether this is the best picture so far, and whether to stop."""
    image.watch = image.watch.after(step, seen)
    if image.watch.is_best:
        image.best = image.average
    if image.watch.stops:
        image.reason = f"converged at step {step}, best at step {image.watch.best_step}"


def _stop(images: list[_Image], reason: str) -> None:
    for image in images:
        image.reason = image.reason or reason


def _gathered(images: list[_Image]) -> Drawn:
    return Drawn(
        torch.cat([image.best for image in images]),
        torch.cat([image.drawn for image in images]),
        torch.cat([image.average for image in images]),
        _each_row(images, [image.misfit / image.rows for image in images]),
        _each_row(images, [image.watch.last for image in images]),
    )


def _each_row(images: list[_Image], values: Sequence[float]) -> Tensor:
    """One value for each sample of the batch."""
    return torch.tensor(values).repeat_interleave(torch.tensor([image.rows for image in images]))
