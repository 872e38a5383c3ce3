"""Plain fixed-point iteration."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_interval
from preimage._tree import norm

__all__ = ["Picard"]


@dataclass(frozen=True)
class Picard:
    """``x <- x + damping (f(x) - x)``: what every other solver is measured against.

    Args:
        damping: in (0, 1]; below one it reaches fixed points of non-expansive maps that the undamped step circles.

    Source: Picard 1890; damped: Krasnoselskii 1955.
    """

    damping: float = 1.0

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_damping(self.damping)

    @dataclass(frozen=True)
    class State:
        """The image ``f(point)``, the next point, and ``||f(point) - point||`` (B,) of the last one."""

        x: Tensor
        point: Tensor
        residual: Tensor

    def init(self, x: Tensor) -> State:
        """Start from ``x``."""
        return self.State(x, x, torch.full_like(norm(x), torch.inf))

    def step(self, function: Callable[[Tensor], Tensor], state: State) -> State:
        """One evaluation of ``function``, one move."""
        image = function(state.point)
        change = image - state.point
        return self.State(image, state.point + self.damping * change, norm(change))


def check_damping(damping: float) -> None:
    """Require a number in (0, 1]."""
    check_interval("damping", damping, "(0, 1]", "1 is the undamped step")
