"""A change of variables in which the problem is better conditioned."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor
from typing_extensions import Self, override

from preimage._ranges import check_level
from preimage.optim.acceleration._change_of_variables import compose_data_term, compose_prior
from preimage.optim.acceleration._wrapper import Wrapper
from preimage.optim.acceleration.preconditioner import PixelScaling
from preimage.physics import LinearPhysics

__all__ = ["Preconditioned"]


@dataclass(frozen=True)
class Preconditioned(Wrapper):
    r"""Minimise ``f(S u) + g(S u)`` over ``u`` by another algorithm, and return ``x = S u``.

    The closer ``S S^H`` is to the inverse of the Hessian, the fewer steps it takes. Schedules, step sizes and the
    measure of convergence are the inner algorithm's, for ``u``.

    Args:
        algorithm: which algorithm; it sees ``f(S u)``, whose Lipschitz constant and prox are known where ``f`` is a
            likelihood of a linear physics, and ``g(S u)``.
        preconditioner: ``S``. A tensor is the diagonal of a diagonal matrix, > 0, broadcastable to the image as (H, W),
            (C, H, W) or (B, C, H, W), such as (C, 1, 1); it keeps the prox of a :class:`Separable` prior. Any other
            invertible operator, such as :class:`SpectralPreconditioner`, asks for a smooth prior or none.
        composed: filled in by ``prepare``; leave it out.

    Raises:
        CapabilityError: in ``prepare``: the prior is neither smooth nor separable under a diagonal ``S``.

    Source: the definition.
    """

    preconditioner: Tensor | LinearPhysics
    composed: tuple[Any, Any, Any, Any] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Require that a diagonal is positive."""
        if isinstance(self.preconditioner, Tensor):
            check_level("preconditioner", self.preconditioner, "raise its entries to a floor")

    @dataclass(frozen=True)
    class State:
        """The estimate ``x = S u`` and the inner state, in ``u``."""

        x: Tensor
        inner: Any

        @property
        def k(self) -> int:
            """The number of steps done."""
            return self.inner.k

    def prepare(self, f: Any, g: Any, x: Tensor) -> Self:
        """Change the variables once for all steps, and prepare the inner algorithm."""
        composed = self._compose(f, g, x)
        algorithm = self.algorithm.prepare(*composed, self._operator().A_dagger(x))
        return dataclasses.replace(self, algorithm=algorithm, composed=(f, g, *composed))

    def init(self, x: Tensor) -> State:
        """Start from ``u = S^-1 x``."""
        return self.State(x, self.algorithm.init(self._operator().A_dagger(x)))

    @override
    def step(self, f: Any, g: Any, state: State) -> State:
        inner = self.algorithm.step(*self._compose(f, g, state.x), state.inner)
        return self.State(self._operator().A(inner.x), inner)

    def _operator(self) -> LinearPhysics:
        return PixelScaling(self.preconditioner) if isinstance(self.preconditioner, Tensor) else self.preconditioner

    def _compose(self, f: Any, g: Any, like: Tensor) -> tuple[Any, Any]:
        """``f(S u)`` and ``g(S u)``: those made by :meth:`prepare`, unless that was for other functionals."""
        if self.composed is not None and self.composed[0] is f and self.composed[1] is g:
            return self.composed[2:]
        operator = self._operator()
        return compose_data_term(f, operator, like), compose_prior(g, operator, like)
