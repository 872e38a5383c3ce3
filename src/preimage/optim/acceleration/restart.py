"""Restarts: momentum is given up where it does harm."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.kernels.pointwise.product import product_of_changes
from preimage.optim.acceleration._wrapper import Nested, Wrapper, require_algorithm
from preimage.optim.algorithm.base import Algorithm, PointAlgorithm
from preimage.optim.stop import objective
from preimage.solve import map_state

__all__ = ["EverySteps", "GradientRestart", "ObjectiveRestart", "RestartRule", "Restarted"]


@dataclass(frozen=True)
class RestartRule:
    """When a sample starts afresh; see :class:`Restarted`."""

    def check(self, algorithm: Algorithm) -> None:
        """Raise a :class:`CapabilityError` where the rule does not apply to ``algorithm``."""

    def due(self, f: Any, g: Any, algorithm: Any, old: Any, new: Any) -> Tensor | bool:
        """Whether each sample is to start afresh after the step from ``old`` to ``new``, (B,)."""
        raise NotImplementedError


@dataclass(frozen=True)
class GradientRestart(RestartRule):
    """Where momentum points uphill: ``<z_k - x_{k+1}, x_{k+1} - x_k> > 0`` with ``z_k`` the point of the step.

    ``z_k - x_{k+1}`` is ``t`` times the (generalised) gradient at ``z_k``. Costs no evaluation.

    Source: O'Donoghue & Candes 2015, equation 13.
    """

    def check(self, algorithm: Algorithm) -> None:
        """The algorithm must start its steps from one point."""
        require_algorithm(algorithm, PointAlgorithm, self)

    def due(self, f: Any, g: Any, algorithm: PointAlgorithm, old: Any, new: Any) -> Tensor:
        """The sign of the inner product."""
        return product_of_changes(algorithm.point(old), new.x, old.x) > 0


@dataclass(frozen=True)
class ObjectiveRestart(RestartRule):
    """Where the objective ``f + g`` rises, by more than rounding; costs two evaluations a step.

    Source: O'Donoghue & Candes 2015, equation 12.
    """

    def due(self, f: Any, g: Any, algorithm: Any, old: Any, new: Any) -> Tensor:
        """The sign of the change."""
        before, after = objective(f, g, old.x), objective(f, g, new.x)
        return after - before > 10 * torch.finfo(after.dtype).eps * before.abs()


@dataclass(frozen=True)
class EverySteps(RestartRule):
    """Every ``steps`` steps, >= 1.

    Raises:
        ArgumentError: a number is out of its range.

    Source: O'Donoghue & Candes 2015, section 3.1.
    """

    steps: int

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_count("steps", self.steps, "give a number of steps")

    def due(self, f: Any, g: Any, algorithm: Any, old: Any, new: Any) -> bool:
        """Whether the step counter is a multiple of ``steps``."""
        return new.k % self.steps == 0


@dataclass(frozen=True)
class Restarted(Wrapper):
    """Another algorithm, begun again from its estimate in each sample for which ``rule`` says so.

    For algorithms with momentum, :class:`FISTA` or :class:`Nesterov`: restarted, they converge linearly on strongly
    convex problems of which no constant is known. The step counter, and with it every schedule, runs on.

    Args:
        algorithm: which algorithm.
        rule: :class:`GradientRestart` (the default), :class:`ObjectiveRestart` or :class:`EverySteps`.

    Source: O'Donoghue & Candes 2015, "Adaptive restart for accelerated gradient schemes".
    """

    rule: RestartRule = GradientRestart()

    def __post_init__(self) -> None:
        """Check that the rule applies."""
        self.rule.check(self.algorithm)

    def init(self, x: Tensor) -> Nested:
        """Start from ``x``."""
        return Nested(self.algorithm.init(x))

    def step(self, f: Any, g: Any, state: Nested) -> Nested:
        """An inner step, and a fresh inner state where it is due."""
        after = self.algorithm.step(f, g, state.inner)
        due = self.rule.due(f, g, self.algorithm, state.inner, after)
        due = torch.as_tensor(due, device=after.x.device).expand(after.x.shape[0])

        def choose(fresh: Tensor, running: Tensor) -> Tensor:
            return torch.where(due.reshape(-1, *(1,) * (running.ndim - 1)), fresh, running)

        return Nested(map_state(choose, self.algorithm.init(after.x), after) if bool(due.any()) else after)
