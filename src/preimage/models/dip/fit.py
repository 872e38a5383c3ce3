"""How a deep image prior is fitted."""

from dataclasses import dataclass
from typing import Literal

from preimage.errors import ArgumentError

__all__ = ["Fit"]

Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True)
class Fit:
    """How a deep image prior is fitted: Adam on the weights, with a noisy input, from a random start.

    Args:
        max_steps: the most steps, >= 1.
        rate: learning rate of Adam, > 0.
        input_noise: standard deviation of what is added to the input, anew in every step, >= 0.
        parameter_noise: standard deviation of what is added to the weights, relative to that of each tensor of them,
            anew in every step, >= 0.
        average: decay of the exponential average of the pictures drawn, in [0, 1); the average is the result. The k-th
            picture counts at least 10 / (9 + k), so that the first ones are soon forgotten.
        fallback: where the data term jumps up by more than so many decibels in a step, the last weights are taken
            back, > 0, and the rate is halved where that happens again at once; ``inf`` never does.
        coarse: how many steps are done on an input of a quarter of the size, and as many on one of half the size.
        joint: whether the images of a batch share one network, as if they were channels of one image; they also stop
            together.
        runs: fits from different starts, whose results are averaged, >= 1.
        precision: in which the network is computed. ``auto`` is bfloat16 where the processor multiplies in it and the
            first picture comes out the same to a few percent, else that of the measurement.
        seed: all random numbers follow from it.
    """

    max_steps: int = 3000
    rate: float = 0.01
    input_noise: float = 1 / 30
    parameter_noise: float = 0.0
    average: float = 0.99
    fallback: float = 5.0
    coarse: int = 0
    joint: bool = False
    runs: int = 1
    precision: Precision = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.max_steps, self.runs) < 1 or self.coarse < 0:
            raise ArgumentError(
                "`max_steps` and `runs` must be at least 1 and `coarse` at least 0, got "
                f"{self.max_steps}, {self.runs} and {self.coarse}."
            )
        if not self.rate > 0 or not self.fallback > 0 or not 0 <= self.average < 1:
            raise ArgumentError(
                "`rate` and `fallback` must be above 0 and `average` in [0, 1), got "
                f"{self.rate}, {self.fallback} and {self.average}."
            )
        if min(self.input_noise, self.parameter_noise) < 0:
            raise ArgumentError(
                "`input_noise` and `parameter_noise` must not be negative, got "
                f"{self.input_noise} and {self.parameter_noise}; 0 adds none."
            )
        if self.precision not in ("auto", "float32", "bfloat16"):
            raise ArgumentError(f"`precision` must be auto, float32 or bfloat16, got {self.precision!r}.")
