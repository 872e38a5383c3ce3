"""Parameters that change from step to step."""

from collections.abc import Sequence

from torch import Tensor

from preimage._module import Module
from preimage._ranges import check_count, check_interval, check_number
from preimage.errors import ArgumentError

__all__ = ["ConstantSchedule", "LogSchedule", "Schedule", "SequenceSchedule", "resolve"]


class Schedule(Module):
    """A parameter as a function of the step: ``at(k)`` for ``k = 0, 1, ...``."""

    def at(self, k: int) -> float | Tensor:
        """The value of step ``k``, a number or one per sample."""
        raise NotImplementedError


class ConstantSchedule(Schedule):
    """The same ``value`` at every step."""

    def __init__(self, value: float | Tensor) -> None:
        super().__init__()
        self.value = value

    def at(self, k: int) -> float | Tensor:
        """``value``."""
        return self.value


class SequenceSchedule(Schedule):
    """``values[k]``, and the last value from then on.

    Args:
        values: numbers, or a tensor (steps,) or (steps, B); an ``nn.Parameter`` stays learnable.

    Raises:
        ArgumentError: there is no value.
    """

    def __init__(self, values: Sequence[float] | Tensor) -> None:
        super().__init__()
        if not len(values):
            raise ArgumentError("`values` must hold at least one value, got none; give one per step.")
        self.values = values

    def at(self, k: int) -> float | Tensor:
        """``values[k]``."""
        return self.values[min(k, len(self.values) - 1)]


class LogSchedule(Schedule):
    r"""``mix * logspace + (1 - mix) * linspace`` from ``first`` to ``last`` in ``steps`` values, then ``last``.

    With one step it is ``last``.

    Args:
        first, last: the ends, > 0, numbers or one per sample (B,).
        steps: number of values, >= 1.
        mix: in [0, 1]; 1 for logarithmic, 0 for linear spacing.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Zhang et al., "Plug-and-play image restoration with deep denoiser prior", TPAMI 2021 (``mix`` is their w).
    """

    def __init__(self, first: float | Tensor, last: float | Tensor, steps: int, mix: float = 1.0) -> None:
        super().__init__()
        check_number("first", first, "its logarithm is taken")
        check_number("last", last, "its logarithm is taken")
        check_count("steps", steps, "the last is the value after them")
        check_interval("mix", mix, "[0, 1]", "one is logarithmic, zero linear")
        self.first = first
        self.last = last
        self.steps = steps
        self.mix = mix

    def at(self, k: int) -> float | Tensor:
        """The value of step ``k``."""
        if k >= self.steps - 1:
            return self.last
        share = k / (self.steps - 1)
        geometric = self.first ** (1 - share) * self.last**share
        linear = (1 - share) * self.first + share * self.last
        return self.mix * geometric + (1 - self.mix) * linear


def resolve(value: float | Tensor | Schedule | None, k: int) -> float | Tensor:
    """The value of a parameter at step ``k``, scheduled or not."""
    if value is None:
        raise ArgumentError("`step_size` must be a number or a schedule, got None; call `prepare(f, g, x)` first.")
    return value.at(k) if isinstance(value, Schedule) else value
