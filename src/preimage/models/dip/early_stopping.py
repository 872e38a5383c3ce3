"""When to stop, and which of the pictures on the way is the result."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_count, check_interval, check_level
from preimage._worker import Worker
from preimage.errors import CapabilityError
from preimage.fidelity import Likelihood
from preimage.functional import Smooth
from preimage.models.dip.data_term import PartialLikelihood

__all__ = ["DiscrepancyStop", "EarlyStopping", "HeldOut", "Judge", "LastStep", "MovingVariance", "SeenStep"]


@dataclass(frozen=True)
class SeenStep:
    """What a rule sees of a step.

    Attributes:
        step: its number, from 1.
        drawn: the picture drawn in this step.
        measured: what :meth:`EarlyStopping.measure` says of the average of those so far; NaN for nothing.
    """

    step: int
    drawn: Tensor
    measured: float


class Judge(Worker):
    """A rule at work on one image: gives each step a score, the lower the better, and looks for the best.

    Args:
        score: the score of what was seen; ``None`` while it cannot be told.
        patience: steps without a better score after which to stop.
        enough: stop at the first score that is at most this.

    Attributes:
        step, last: the last step seen, and its score; NaN where there is none.
        best_step, best: the step with the best score so far, and its score; 0 while there are no scores.
    """

    def __init__(self, score: Callable[[SeenStep], float | None], patience: float, enough: float = -torch.inf) -> None:
        self.score, self.patience, self.enough = score, patience, enough
        self.step, self.last = 0, torch.nan
        self.best_step, self.best = 0, torch.inf

    def look(self, seen: SeenStep) -> None:
        """Give the next step its score."""
        score = self.score(seen)
        self.step, self.last = seen.step, torch.nan if score is None else score
        if self.last < self.best:
            self.best_step, self.best = self.step, self.last

    @property
    def is_best(self) -> bool:
        """Whether the last step is the best so far, as every step is until there are scores."""
        return self.best_step in (0, self.step)

    @property
    def stops(self) -> bool:
        """Whether to stop after the last step."""
        return self.best <= self.enough or (self.best_step > 0 and self.step - self.best_step >= self.patience)


class EarlyStopping:
    """When to stop a deep image prior; the result is the average at the step of the best score."""

    @property
    def held_out(self) -> float:
        """The share of the measurements that the fit does not see, in [0, 1)."""
        return 0.0

    def measure(self, f: Smooth, average: Tensor) -> Tensor:
        """What the score needs to know of the averages (B, ...) under the data term, (B,)."""
        return average.real.new_full((len(average),), torch.nan)

    def judge(self, rng: torch.Generator) -> Judge:
        """Begin with one image; ``rng`` is its own."""
        raise NotImplementedError


@dataclass(frozen=True)
class LastStep(EarlyStopping):
    """Takes all steps; the result is the last average."""

    def judge(self, rng: torch.Generator) -> Judge:
        """Each average is better than the one before."""
        return Judge(lambda seen: 1.0 - seen.step, torch.inf)


@dataclass(frozen=True)
class DiscrepancyStop(EarlyStopping):
    """Stops as soon as the average fits the measurement as well as the noise allows: a discrepancy of ``level``.

    The quickest rule, and it hides nothing; but how much of the noise the best average follows is not known before.

    Args:
        level: the discrepancy at which to stop, > 0 (:meth:`preimage.fidelity.Likelihood.discrepancy`). Morozov's
            principle is one; the best average of a fit has followed a little of the noise (about 5 % on F16 with noise
            of level 25).
    """

    level: float = 0.95

    def __post_init__(self) -> None:
        check_level("level", self.level, "0.95 is the default")

    def measure(self, f: Smooth, average: Tensor) -> Tensor:
        """The discrepancy.

        Raises:
            CapabilityError: ``f`` is no likelihood, or that of a noise that has none.
        """
        if not isinstance(f, Likelihood):
            raise CapabilityError(
                f"`stop` must do without a noise level where there is none, got {self}; use HeldOut()."
            )
        return f.discrepancy(average)

    def judge(self, rng: torch.Generator) -> Judge:
        """The score is the discrepancy."""
        return Judge(lambda seen: seen.measured, torch.inf, enough=self.level)


@dataclass(frozen=True)
class HeldOut(EarlyStopping):
    """Hides some measurements from the fit, and stops when the average has predicted them best.

    For noise that is independent from one measurement to the next: the error on the hidden ones is, but for a constant,
    that of the picture. Where noise goes on from pixel to pixel, as in photographs, it is predicted from the neighbours
    better and better, and the fit goes on to its last step: take :class:`MovingVariance`.

    Args:
        share: the share of the measurements, in (0, 1).
        patience: steps without a better prediction after which to stop, >= 1.
    """

    share: float = 0.05
    patience: int = 300

    def __post_init__(self) -> None:
        check_interval("share", self.share, "(0, 1)", "0.05 is the default")
        check_count("patience", self.patience, "300 is the default")

    @property
    def held_out(self) -> float:
        """The share of the measurements that is hidden, as given."""
        return self.share

    def measure(self, f: Smooth, average: Tensor) -> Tensor:
        """The error on what is hidden.

        Raises:
            CapabilityError: ``f`` is no likelihood.
        """
        if not isinstance(f, PartialLikelihood):
            raise CapabilityError(
                f"`stop` must do without measurements where there are none, got {self}; use LastStep()."
            )
        return f.held_error(average)

    def judge(self, rng: torch.Generator) -> Judge:
        """The score is the error on what is hidden."""
        return Judge(lambda seen: seen.measured, self.patience)


@dataclass(frozen=True)
class MovingVariance(EarlyStopping):
    """Stops when the pictures drawn have varied least over a window: later, they vary because they follow the noise.

    Needs nothing but the pictures, and suits noise of any kind, if little is added to the input: with
    ``Fit(input_noise=0.02)`` it loses about 0.1 dB, with 1/30 up to 0.5 dB.

    Args:
        window: steps over which the variance is taken, >= 2.
        patience: steps without a lower variance after which to stop, >= 1.
        pixels: at how many pixels, chosen at random, >= 1.

    Source: Wang, Li, Zhuang, Chen, Liang, Sun, "Early stopping for deep image prior", TMLR 2023.
    """

    window: int = 100
    patience: int = 500
    pixels: int = 65536

    def __post_init__(self) -> None:
        check_count("window", self.window, "100 is the default", least=2)
        check_count("patience", self.patience, "500 is the default")
        check_count("pixels", self.pixels, "65536 is the default")

    def judge(self, rng: torch.Generator) -> Judge:
        """The score is the variance."""
        return Judge(_Variance(self.window, self.pixels, rng), self.patience)


class _Variance(Worker):
    """The variance of some pixels over the last pictures."""

    def __init__(self, window: int, pixels: int, rng: torch.Generator) -> None:
        self.pixels, self.rng = pixels, rng
        self.where: Tensor | None = None
        self.window: deque[Tensor] = deque(maxlen=window)
        self.total, self.squares = torch.zeros(2, dtype=torch.float64)  # of the values in the window

    def __call__(self, seen: SeenStep) -> float | None:
        values = (torch.view_as_real(seen.drawn) if seen.drawn.is_complex() else seen.drawn).flatten()
        if self.where is None:
            self.where = torch.randperm(values.numel(), generator=self.rng)[: self.pixels].to(values.device)
        values = values[self.where].double()  # running sums would lose the digits in float32
        gone = self.window[0] if len(self.window) == self.window.maxlen else torch.zeros_like(values)
        self.window.append(values)
        self.total = self.total + values - gone
        self.squares = self.squares + values.square() - gone.square()
        if len(self.window) < (self.window.maxlen or 0):
            return None
        mean, mean_square = self.total / len(self.window), self.squares / len(self.window)
        return float((mean_square - mean.square()).mean())
