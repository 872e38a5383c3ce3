"""The steps of a deep image prior: draw, compare, judge, learn."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import torch
from torch import Tensor

from preimage.functional import Smooth
from preimage.machine.threads import Each, side_by_side
from preimage.models.dip.early_stopping import EarlyStopping, SeenStep
from preimage.models.dip.network_fit import NetworkFit
from preimage.solve import Callback, History, Reason, Solution, iterate, relative_distance

__all__ = ["Drawn", "Goal", "Run", "fit_networks"]

# The average forgets the first pictures sooner: until it has its own, its span is the steps so far over this number.
_YOUNG = 10


@dataclass(frozen=True)
class Drawn:
    """The pictures of a step, (B, C, H, W) each; of several runs, their means.

    Attributes:
        x: the average at the step of the best score so far: the result, were this the last step.
        last: the pictures drawn in this step.
        average: the average of those drawn up to this step.
        misfit: the data term at ``last``, (B,).
        score: the score of the stopping rule, (B,); NaN where there is none yet.
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

    fittings: Sequence[NetworkFit]
    goal: Goal


@dataclass(frozen=True)
class _Progress:
    """How far a network is.

    Attributes:
        misfit: the data term at the last picture that counts, summed over the samples that the network draws.
        score: the score of the stopping rule.
        learned: how many pictures the network has learned from.
        reason: why it has stopped; ``None`` while it goes on.
    """

    misfit: float = math.nan
    score: float = math.nan
    learned: int = 0
    reason: Reason | None = None


@dataclass(frozen=True)
class _State:
    """Best averages, last pictures and averages of all runs, one after the other, and the progress of each network."""

    x: Tensor
    last: Tensor
    average: Tensor
    networks: tuple[_Progress, ...]
    k: int = 0


def fit_networks(runs: Sequence[Run], callbacks: Sequence[Callback] = ()) -> Solution[Drawn]:
    """Fit the networks of all runs, step by step side by side, until each has stopped; the runs are averaged."""
    fittings = [fitting for run in runs for fitting in run.fittings]
    with side_by_side(fittings[0].like.device, len(fittings)) as each:
        descent = _Descent(runs, each)
        solution = iterate(
            descent.step,
            descent.init(),
            fittings[0].fit.max_steps,
            callbacks=[lambda step, state, tell=tell: tell(step, descent.drawn(state)) for tell in callbacks],
            residual=descent.residual,
            monitor=descent.monitor,
            rule=descent.reasons,
        )
    return _averaged(solution, descent.drawn(solution.state), len(runs))


class _Descent:
    """Steps of all networks of all runs, which are the samples of one iteration."""

    def __init__(self, runs: Sequence[Run], each: Each) -> None:
        self.runs, self.each = runs, each
        self.fittings = [fitting for run in runs for fitting in run.fittings]
        self.judges = [run.goal.stop.judge(fitting.rng) for run in runs for fitting in run.fittings]
        self.sizes = [len(fitting.like) for fitting in self.fittings]

    def init(self) -> _State:
        """Nothing has been drawn."""
        like = torch.cat([fitting.like for fitting in self.fittings])
        return _State(like, like, like, (_Progress(),) * len(self.fittings))

    def step(self, state: _State) -> _State:
        """One picture of every network that has not stopped, and what is learned from it."""
        number, networks = state.k + 1, list(state.networks)
        best, last, average = (list(images.split(self.sizes)) for images in (state.x, state.last, state.average))
        going = [index for index, network in enumerate(networks) if network.reason is None]
        drawn = dict(zip(going, self.each(lambda index: self.fittings[index].draw(number), going), strict=True))
        shown = [drawn[index].detach() if index in drawn else picture for index, picture in enumerate(last)]
        misfits, gradients = self._compare(shown)
        lessons = []
        for index in going:
            fit, before, misfit = self.fittings[index].fit, networks[index], misfits[index]
            if not math.isfinite(misfit) or not bool(gradients[index].isfinite().all()):
                networks[index] = replace(before, reason=Reason("diverged", number))
            elif before.misfit > 0 and misfit > before.misfit * 10 ** (fit.fallback / 10):
                self.fittings[index].take_back()
            else:
                share = max(1 - fit.average, _YOUNG / (_YOUNG + before.learned))
                last[index], average[index] = shown[index], average[index].lerp(shown[index], share)
                networks[index] = replace(before, misfit=misfit, learned=before.learned + 1)
                lessons.append(index)
        for index, measured in zip(lessons, self._measure(average, lessons), strict=True):
            judge = self.judges[index]
            judge.look(SeenStep(number, last[index], measured))
            best[index] = average[index] if judge.is_best else best[index]
            ended = Reason("converged", number, judge.best_step) if judge.stops else None
            networks[index] = replace(networks[index], score=judge.last, reason=ended)
        list(self.each(lambda index: self.fittings[index].learn(gradients[index], drawn[index]), lessons))
        return _State(torch.cat(best), torch.cat(last), torch.cat(average), tuple(networks), number)

    def _compare(self, pictures: list[Tensor]) -> tuple[list[float], list[Tensor]]:
        """The data term of each network's pictures, and the gradient of what is minimised."""
        with torch.no_grad():
            pairs = [run.goal.compare(x) for run, x in zip(self.runs, self._by_run(pictures), strict=True)]
        misfit, gradient = (torch.cat(parts).split(self.sizes) for parts in zip(*pairs, strict=True))
        return [float(part.sum()) for part in misfit], list(gradient)

    def _measure(self, averages: list[Tensor], which: list[int]) -> list[float]:
        """What the stopping rules measure of the averages of ``which`` networks."""
        with torch.no_grad():
            pairs = zip(self.runs, self._by_run(averages), strict=True)
            measured = torch.cat([run.goal.stop.measure(run.goal.data, x) for run, x in pairs]).split(self.sizes)
        return [float(measured[index].mean()) for index in which]

    def _by_run(self, pictures: list[Tensor]) -> Sequence[Tensor]:
        """The pictures of all networks of each run together."""
        return torch.cat(pictures).chunk(len(self.runs))

    def reasons(self, state: _State) -> list[Reason | None]:
        """Why the network of each sample has stopped."""
        return [network.reason for network, size in zip(state.networks, self.sizes, strict=True) for _ in range(size)]

    def drawn(self, state: _State) -> Drawn:
        """The means of the runs."""
        pairs = list(zip(state.networks, self.sizes, strict=True))
        misfits = torch.tensor([network.misfit / size for network, size in pairs for _ in range(size)])
        scores = torch.tensor([network.score for network, size in pairs for _ in range(size)])
        return Drawn(*map(self._mean, (state.x, state.last, state.average, misfits, scores)))

    def residual(self, old: _State, new: _State) -> Tensor:
        """The relative change of the mean average of all runs, for each sample of each run."""
        return relative_distance(self._mean(old.average), self._mean(new.average)).repeat(len(self.runs))

    def monitor(self, state: _State) -> dict[str, Tensor]:
        """The mean data term and score of all runs, for each sample of each run."""
        drawn, count = self.drawn(state), len(self.runs)
        return {"misfit": drawn.misfit.repeat(count), "score": drawn.score.repeat(count)}

    def _mean(self, values: Tensor) -> Tensor:
        """Of the runs, for each sample."""
        return values.unflatten(0, (len(self.runs), -1)).mean(0) if len(self.runs) > 1 else values


def _averaged(solution: Solution[_State], drawn: Drawn, runs: int) -> Solution[Drawn]:
    """The solution for each sample, from that for each sample of each run; what runs share is NaN once they ended."""
    count = len(solution.reason) // runs
    reasons = tuple(Reason.of_runs(solution.reason[sample::count]) for sample in range(count))
    converged = torch.tensor([reason.kind == "converged" for reason in reasons], device=drawn.x.device)
    columns = {name: reduce(torch.fmax, rows.split(count, 1)) for name, rows in solution.history.columns().items()}
    history = History(columns.pop("residual"), solution.history.seconds, columns)
    return Solution(drawn.x, drawn, solution.steps.unflatten(0, (runs, count)).amax(0), converged, reasons, history)
