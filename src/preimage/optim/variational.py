"""Reconstruction as the minimiser of a data term plus a prior."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from preimage._tree import Measurement
from preimage.errors import CapabilityError, ConvergenceError
from preimage.fidelity import likelihood
from preimage.functional import Smooth, Valued, Zero
from preimage.optim.algorithm import Algorithm
from preimage.optim.stop import StoppingRule
from preimage.physics import LinearPhysics, Physics
from preimage.reconstructor import Reconstructor
from preimage.solve import Callback, Solution, iterate

__all__ = ["Variational", "back_projection"]


class Variational(Reconstructor):
    r"""``x_hat = argmin_x f(x) + g(x)`` by any algorithm, with ``f`` the data term and ``g`` the prior.

    Args:
        algorithm: how to minimise; steps it was not given come from ``f`` and ``g``.
        prior: ``g``, weight included; none by default. A :class:`PnP` prior makes this plug-and-play.
        fidelity: ``(physics, y) -> f``, such as :func:`L1`; by default the negative log-likelihood of the noise.
        init: ``(y, physics) -> x0``; by default the back-projection ``A^H y / ||A||^2`` of a linear physics.
        max_steps: the most steps.
        tol: a sample stops when the algorithm's residual, a relative change, is at most this; a
            :class:`StoppingRule` measures something else; ``None`` runs exactly ``max_steps``.
    """

    def __init__(
        self,
        algorithm: Algorithm,
        prior: torch.nn.Module | None = None,
        fidelity: Callable[[Physics, Measurement], Smooth] | None = None,
        init: Callable[[Measurement, Physics], Tensor] | None = None,
        max_steps: int = 500,
        tol: float | StoppingRule | None = 1e-5,
    ) -> None:
        super().__init__()
        self.algorithm = algorithm
        self.prior = Zero() if prior is None else prior
        self.fidelity = fidelity
        self.init = back_projection if init is None else init
        self.max_steps = max_steps
        self.tol = tol

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``.

        Raises:
            ConvergenceError: a sample diverged; the message names it and the step. :meth:`solve` returns the others.
        """
        solution = self.solve(y, physics)
        if solution.failures():
            raise ConvergenceError(f"{solution.failures()}; take a shorter `step_size`, or look at solve(...).history.")
        return solution.x

    def solve(
        self, y: Measurement, physics: Physics, callbacks: Sequence[Callback] = (), trace: bool = False
    ) -> Solution:
        """The reconstruction, and why it stopped.

        Args:
            trace: whether to note the objective ``f + g`` (``f`` alone where the prior has no value) and the step size
                of every step in the history, which costs an evaluation of both.

        Raises:
            CapabilityError: the data term or the prior lacks what the algorithm or the stopping rule needs.
        """
        f = self.data_term(y, physics)
        x = self.init(y, physics)
        algorithm = self.algorithm.prepare(f, self.prior, x)
        rule = self.tol
        return iterate(
            lambda state: algorithm.step(f, self.prior, state),
            algorithm.init(x),
            self.max_steps,
            rule.tol if isinstance(rule, StoppingRule) else rule,
            callbacks,
            partial(rule.measure, f, self.prior) if isinstance(rule, StoppingRule) else algorithm.residual,
            (lambda state: traced(algorithm, f, self.prior, state)) if trace else None,
        )

    def data_term(self, y: Measurement, physics: Physics) -> Smooth:
        """``f``."""
        return likelihood(physics, y) if self.fidelity is None else self.fidelity(physics, y)


def traced(algorithm: Algorithm, f: Any, g: Any, state: Any) -> dict[str, Tensor]:
    """The objective and the step size of each sample, (B,)."""
    value = f(state.x) + g(state.x) if isinstance(g, Valued) else f(state.x)
    size = algorithm.step_size_at(state)
    return {"objective": value} if size is None else {"objective": value, "step_size": size.expand(len(value))}


def back_projection(y: Measurement, physics: Physics) -> Tensor:
    """``A^H y / ||A||^2``: for a linear physics, what one step of gradient descent from zero gives.

    Raises:
        CapabilityError: the physics is not linear.
    """
    if not isinstance(physics, LinearPhysics):
        raise CapabilityError(f"`init` must be given where the physics is not linear, got {type(physics).__name__}.")
    x = physics.A_adjoint(y)
    power = physics.norm(x) ** 2
    return x / power.where(power > 0, 1).reshape(-1, *(1,) * (x.ndim - 1))
