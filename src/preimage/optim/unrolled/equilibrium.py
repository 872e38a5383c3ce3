"""The fixed point of an algorithm as a network, and gradients through it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn

from preimage._tree import Measurement
from preimage.errors import CapabilityError, ConvergenceError
from preimage.optim.acceleration import Nesterov
from preimage.optim.algorithm import FISTA, SAGA, SPDHG, Algorithm
from preimage.optim.unrolled.learned import LearnedFields, Shared
from preimage.optim.variational import back_projection
from preimage.physics import Physics
from preimage.physics.reconstructor import Reconstructor
from preimage.solve import AndersonMixing, LinearSolution, Solution, fixed_point
from preimage.solve._state import tensors_of, with_tensors
from preimage.solve._vectors import from_vectors, to_vectors
from preimage.solve.fixed_point import FixedPointSolver
from preimage.solve.implicit import attach_pullback

__all__ = ["DeepEquilibrium", "EquilibriumGradient", "FixedPoint", "Implicit", "JacobianFree", "Phantom"]


@dataclass(frozen=True)
class FixedPoint:
    """How a fixed point is found: a solver (``Picard``, ``AndersonMixing``, ``Broyden``) and when it stops."""

    solver: FixedPointSolver = field(default_factory=AndersonMixing)
    max_steps: int = 200
    tol: float = 1e-5

    def __call__(self, function: Callable[[Tensor], Tensor], start: Tensor) -> Solution:
        """The fixed point of ``function``, nothing recorded."""
        with torch.no_grad():
            return fixed_point(function, start, self.solver, self.max_steps, self.tol)


class EquilibriumGradient:
    """How a fixed point ``z = T(z)`` is made differentiable in what ``T`` depends on."""

    def attach(self, function: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
        """``z`` with a gradient; ``function`` is recorded."""
        raise NotImplementedError


@dataclass(frozen=True)
class Implicit(EquilibriumGradient):
    r"""The exact gradient: ``dz = (I - J)^-1 dT``, whose pullback solves ``w = J^T w + g``, with ``J`` the Jacobian.

    Args:
        backward: how that linear fixed point is found.

    Source: Bai, Kolter, Koltun 2019; for imaging, Gilton, Ongie, Willett 2021.
    """

    backward: FixedPoint = FixedPoint(max_steps=200, tol=1e-7)

    def attach(self, function: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
        """``z`` with its implicit gradient."""

        def pull(g: Tensor) -> list[Tensor]:
            with torch.enable_grad():
                point = z.detach().requires_grad_()
                image = function(point)
            # A map that does not depend on its point has no Jacobian.
            if not image.requires_grad:
                return [g]
            return [self.backward(lambda w: g + _vjp(image, point, w), g).x]

        one = torch.ones(z.shape[0], dtype=torch.bool, device=z.device)
        held = LinearSolution(z, one.long(), one, torch.zeros_like(z[:, 0]))
        return attach_pullback(held, pull, [function(z)]).x


@dataclass(frozen=True)
class JacobianFree(EquilibriumGradient):
    """The gradient of the last step alone, ``dT``: cheap, and a descent direction where ``T`` contracts.

    Source: Fung, Heaton, Li, McKenzie, Osher, Yin 2022.
    """

    def attach(self, function: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
        """``T(z)``."""
        return function(z)


@dataclass(frozen=True)
class Phantom(EquilibriumGradient):
    """The gradient of ``steps`` damped steps from the fixed point: between :class:`JacobianFree` and exact.

    Args:
        steps: how many, >= 1.
        damping: in (0, 1].

    Source: Geng, Zhang, Bai, Wang, Lin 2021, unrolled phantom gradient.
    """

    steps: int = 5
    damping: float = 0.5

    def attach(self, function: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
        """``z`` after the steps."""
        for _ in range(self.steps):
            z = torch.lerp(z, function(z), self.damping)
        return z


class DeepEquilibrium(Reconstructor):
    r"""``x_hat`` with ``state = step(state)``: an algorithm run to its fixed point, trained as a network.

    The memory of training is that of one step, however many the forward pass takes. Each sample stops on its own.

    Args:
        algorithm: one whose step is the same at every iteration: no momentum, no random terms.
        prior: whose parameters are learned; its prox should not expand, or there may be no fixed point.
        learn: names of positive numbers of the algorithm or the prior to be learned as well, as for :class:`Unrolled`.
        init: ``(y, physics) -> x0``; by default the back-projection ``A^H y / ||A||^2`` of a linear physics.
        forward_solver: how the fixed point is found.
        gradient: :class:`Implicit`, :class:`JacobianFree` or :class:`Phantom`.

    Source: Bai, Kolter, Koltun 2019; Gilton, Ongie, Willett 2021.
    """

    def __init__(
        self,
        algorithm: Algorithm,
        prior: nn.Module,
        learn: Sequence[str] = (),
        init: Callable[[Measurement, Physics], Tensor] = back_projection,
        forward_solver: FixedPoint | None = None,
        gradient: EquilibriumGradient | None = None,
    ) -> None:
        super().__init__()
        if isinstance(algorithm, (FISTA, Nesterov, SAGA, SPDHG)):
            raise CapabilityError(
                f"`algorithm` must take the same step every time, got {type(algorithm).__name__}, whose step changes; "
                "use PGD() or PDHG()."
            )
        self.algorithm = algorithm
        self.prior = prior
        self.learned = LearnedFields(algorithm, prior, [Shared(name) for name in learn], 1)
        self.init = init
        self.forward_solver = FixedPoint() if forward_solver is None else forward_solver
        self.gradient = Implicit() if gradient is None else gradient

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``.

        Raises:
            ConvergenceError: a sample diverged; the message names it and the step.
        """
        solution = self.solve(y, physics)
        if solution.failures():
            raise ConvergenceError(f"{solution.failures()}; the prior must not expand: take a smaller `weight`.")
        return solution.x

    def solve(self, y: Measurement, physics: Physics) -> Solution:
        """The reconstruction, differentiable, with what the solver reports; its ``state`` is the solver's."""
        f, x = physics.likelihood(y), self.init(y, physics)
        algorithm = self.algorithm.prepare(f, self.prior, x)
        with torch.no_grad():
            # Some states are complete only after a step.
            start = algorithm.step(f, self.learned.prior_at(algorithm, self.prior, 0), algorithm.init(x))
        shapes = tensors_of(start)

        def as_state(vectors: Tensor) -> Any:
            return with_tensors(start, from_vectors(vectors, shapes))

        def function(vectors: Tensor) -> Tensor:
            prior = self.learned.prior_at(algorithm, self.prior, 0)
            step = self.learned.algorithm_at(algorithm, 0).step
            return to_vectors(tensors_of(step(f, prior, as_state(vectors))))

        solution = self.forward_solver(function, to_vectors(shapes))
        z = self.gradient.attach(function, solution.x) if torch.is_grad_enabled() else solution.x
        return replace(solution, x=as_state(z).x)


def _vjp(image: Tensor, point: Tensor, w: Tensor) -> Tensor:
    (product,) = torch.autograd.grad(image, point, w, retain_graph=True, allow_unused=True)
    return torch.zeros_like(point) if product is None else product
