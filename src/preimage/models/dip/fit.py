"""How a deep image prior is fitted."""

from dataclasses import dataclass
from typing import Literal

from preimage._ranges import check_count, check_interval, check_level
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

    Raises:
        ArgumentError: a number is out of its range, or there is no such precision.
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
        check_count("max_steps", self.max_steps, "3000 is the default")
        check_level("rate", self.rate, "0.01 is the default")
        check_level("input_noise", self.input_noise, "0 adds none", zero=True)
        check_level("parameter_noise", self.parameter_noise, "0 adds none", zero=True)
        check_interval("average", self.average, "[0, 1)", "0.99 is the default")
        check_interval("fallback", self.fallback, "(0, inf]", "infinity never takes weights back")
        check_count("coarse", self.coarse, "0 has no coarse scales", least=0)
        check_count("runs", self.runs, "one is the default")
        if self.precision not in ("auto", "float32", "bfloat16"):
            raise ArgumentError(f"`precision` must be auto, float32 or bfloat16, got {self.precision!r}.")
