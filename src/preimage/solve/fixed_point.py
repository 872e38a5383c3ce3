"""Fixed points ``x = f(x)`` of maps on images."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from preimage.solve.anderson import AndersonMixing
from preimage.solve.iterate import Callback, Solution, iterate

__all__ = ["FixedPointSolver", "fixed_point"]


class FixedPointSolver(Protocol):
    """A way to a fixed point, one evaluation of the map at a time.

    Its state holds as ``x`` the image of the last accepted point and as ``residual`` how far, (B,), they are apart.
    """

    def init(self, x: Tensor) -> Any:
        """The state that starts from ``x``."""
        ...

    def step(self, function: Callable[[Tensor], Tensor], state: Any) -> Any:
        """The state that follows ``state``."""
        ...


def fixed_point(
    function: Callable[[Tensor], Tensor],
    x0: Tensor,
    solver: FixedPointSolver | None = None,
    max_steps: int = 100,
    tol: float = 1e-5,
    callbacks: Sequence[Callback] = (),
) -> Solution[Any]:
    r"""Solve ``x = f(x)``, every sample of the batch on its own; one step is one evaluation of ``f``.

    A sample stops when ``||f(x) - x|| <= tol ||f(x)||``, and the result is ``f(x)``. Where ``f`` contracts with factor
    ``q`` the error is at most ``q / (1 - q)`` times that residual. Gradients flow through all steps; under ``no_grad``
    no step is kept.

    Args:
        function: ``f``, from tensors (B, ...), real or complex, to the like; sample by sample.
        x0: the start.
        solver: :class:`Picard`, :class:`AndersonMixing` (the default) or :class:`Broyden`.
        max_steps: the most evaluations.
        tol: relative, >= 0.
        callbacks: called after each step as ``callback(step_number, state)``; one that returns True ends the run.
    """
    chosen = AndersonMixing() if solver is None else solver
    return iterate(
        lambda state: chosen.step(function, state), chosen.init(x0), max_steps, tol, callbacks, _relative_residual
    )


def _relative_residual(_: Any, new: Any) -> Tensor:
    size = torch.linalg.vector_norm(new.x.flatten(1), dim=1)
    return torch.where(new.residual == 0, 0, new.residual / torch.where(size == 0, 1, size))
