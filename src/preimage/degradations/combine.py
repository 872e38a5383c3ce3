"""Steps made of steps: some of the time, one of several, in random order, several times."""

from dataclasses import dataclass

import torch

from preimage.degradations.draws import check_probability, draw_index, draw_number
from preimage.degradations.step import DrawnStep, Step
from preimage.errors import ArgumentError

__all__ = ["ChoiceStep", "MaybeStep", "RepeatStep", "SequenceStep", "ShuffleStep"]


@dataclass(frozen=True)
class SequenceStep(Step):
    """``steps`` one after the other.

    Args:
        steps: the steps, the first first. None of them is a step that changes nothing.
    """

    steps: tuple[Step, ...] = ()

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw each in turn."""
        return tuple(drawn for step in self.steps for drawn in step.draw(rng))


@dataclass(frozen=True)
class MaybeStep(Step):
    """``step`` with a probability, else nothing.

    Args:
        step: the step.
        probability: from 0 to 1.

    Raises:
        ArgumentError: the probability is none.
    """

    step: Step
    probability: float

    def __post_init__(self) -> None:
        check_probability("probability", self.probability)

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw whether it happens, then its numbers."""
        return self.step.draw(rng) if draw_number((0.0, 1.0), rng) < self.probability else ()


@dataclass(frozen=True)
class ChoiceStep(Step):
    """One of ``steps``.

    Args:
        steps: at least one.
        weights: for each step, in proportion to its probability, >= 0, one of them above zero.

    Raises:
        ArgumentError: there are not as many weights as steps, or they are no weights.
    """

    steps: tuple[Step, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.steps) != len(self.weights):
            raise ArgumentError(
                f"`weights` must be as many as the steps, {len(self.steps)}, got {len(self.weights)}; give one a step."
            )
        if not (self.weights and min(self.weights) >= 0 and 0 < sum(self.weights) < float("inf")):
            raise ArgumentError(f"`weights` must be at least 0 and one above, got {self.weights}; give proportions.")

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw which, then its numbers."""
        return self.steps[draw_index(self.weights, rng)].draw(rng)


@dataclass(frozen=True)
class ShuffleStep(Step):
    """``steps`` in random order, each order as likely.

    Args:
        steps: the steps.
        in_order: the places, in ``steps``, of those whose order among themselves stays: they share out, in this order,
            the places that they were given by chance.

    Raises:
        ArgumentError: a place is none of a step, or named twice.
    """

    steps: tuple[Step, ...]
    in_order: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not set(self.in_order) <= set(range(len(self.steps))) or len(set(self.in_order)) < len(self.in_order):
            raise ArgumentError(
                f"`in_order` must name places of the {len(self.steps)} steps once, got {self.in_order}; count from 0."
            )

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw the order, then the steps in it."""
        order: list[int] = torch.randperm(len(self.steps), generator=rng).tolist()
        kept = iter(self.in_order)
        order = [next(kept) if index in self.in_order else index for index in order]
        return tuple(drawn for index in order for drawn in self.steps[index].draw(rng))


@dataclass(frozen=True)
class RepeatStep(Step):
    """``step`` several times, with other numbers each time.

    Args:
        step: the step.
        times: at least 0.

    Raises:
        ArgumentError: ``times`` is below zero.
    """

    step: Step
    times: int

    def __post_init__(self) -> None:
        if self.times < 0:
            raise ArgumentError(f"`times` must be at least 0, got {self.times}; say how often the step happens.")

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw it so many times."""
        return tuple(drawn for _ in range(self.times) for drawn in self.step.draw(rng))
