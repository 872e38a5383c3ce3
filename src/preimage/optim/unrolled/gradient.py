"""How gradients of an unrolled algorithm are kept: all of them, or little memory for some more time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from preimage._ranges import check_count
from preimage.solve import tensors_of, with_tensors

__all__ = ["Checkpointed", "GradientRule", "Step", "Stored"]

Step = Callable[[int, Any], Any]
"""``step(k, state)``, the k-th step."""


@dataclass(frozen=True)
class GradientRule:
    """How ``steps`` of an algorithm are run and differentiated."""

    def run(self, step: Step, state: Any, steps: int, parameters: Sequence[Tensor]) -> Any:
        """The state after ``steps`` steps; ``parameters`` are what the steps learn."""
        raise NotImplementedError


@dataclass(frozen=True)
class Stored(GradientRule):
    """Automatic differentiation through the loop: every step's intermediate results are held."""

    def run(self, step: Step, state: Any, steps: int, parameters: Sequence[Tensor]) -> Any:
        """The state after ``steps`` steps."""
        for k in range(steps):
            state = step(k, state)
        return state


@dataclass(frozen=True)
class Checkpointed(GradientRule):
    """The same gradient, from the states between groups of steps; each group is run again in the backward pass.

    The memory is that of ``steps / every`` states and the intermediate results of ``every`` steps; the time a third
    more than :class:`Stored`, about.

    Args:
        every: steps in a group, >= 1.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Griewank & Walther 2000; Chen, Xu, Zhang, Guestrin 2016.
    """

    every: int = 1

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_count("every", self.every, "1 saves the most memory for networks")

    def run(self, step: Step, state: Any, steps: int, parameters: Sequence[Tensor]) -> Any:
        """The state after ``steps`` steps."""
        if not torch.is_grad_enabled():
            return Stored().run(step, state, steps, parameters)
        for first in range(0, steps, self.every):
            state = _group(step, state, range(first, min(first + self.every, steps)))
        return state


def _group(step: Step, state: Any, numbers: range) -> Any:
    after: list[Any] = []

    def run(*tensors: Tensor) -> tuple[Tensor, ...]:
        inner = with_tensors(state, list(tensors))
        for k in numbers:
            inner = step(k, inner)
        after[:] = [inner]
        return tuple(tensors_of(inner))

    # No step draws random numbers, so there is no state of a generator to keep.
    results: Any = checkpoint(run, *tensors_of(state), use_reentrant=False, preserve_rng_state=False)
    return with_tensors(after.pop(), list(results))
