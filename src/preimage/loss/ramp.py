"""A number that changes while a network is trained."""

from dataclasses import dataclass

from preimage.errors import ArgumentError

__all__ = ["Ramp"]


@dataclass(frozen=True)
class Ramp:
    """``first`` up to step ``begin``, ``last`` from step ``end`` on, and a straight line between them.

    Args:
        first, last: the two values.
        begin, end: numbers of training steps, ``0 <= begin < end``.

    Raises:
        ArgumentError: the steps are not in this order.
    """

    first: float
    last: float
    begin: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.begin < self.end:
            raise ArgumentError(
                f"`begin` and `end` must satisfy 0 <= begin < end, got {self.begin} and {self.end}; "
                "use a number where nothing changes."
            )

    def at(self, step: int) -> float:
        """The value at training step ``step``."""
        share = min(1.0, max(0.0, (step - self.begin) / (self.end - self.begin)))
        return self.first + share * (self.last - self.first)
