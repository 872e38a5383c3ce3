"""The fixed point of an algorithm as a network."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from preimage._tree import Measurement
from preimage.errors import CapabilityError, ConvergenceError
from preimage.fidelity import likelihood
from preimage.optim.algorithm import Algorithm
from preimage.optim.unrolled.equilibrium_gradient import EquilibriumGradient, FixedPoint, Implicit
from preimage.optim.unrolled.learned import LearnedFields, Shared
from preimage.optim.variational import back_projection
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor
from preimage.solve import Solution, from_vectors, tensors_of, to_vectors, with_tensors

__all__ = ["DeepEquilibrium"]


class DeepEquilibrium(Reconstructor):
    """``x_hat`` with ``state = step(state)``: an algorithm run to its fixed point, trained as a network.

    The memory of training is that of one step, however many the forward pass takes. Each sample stops on its own.

    Args:
        algorithm: one whose step is the same at every iteration (:attr:`Algorithm.is_stationary`).
        prior: whose parameters are learned; its prox should not expand, or there may be no fixed point.
        learn: names of positive numbers of the algorithm or the prior to be learned as well, as for :class:`Unrolled`.
        init: ``(y, physics) -> x0``; by default the back-projection ``A^H y / ||A||^2`` of a linear physics.
        forward_solver: how the fixed point is found.
        gradient: :class:`Implicit`, :class:`JacobianFree` or :class:`Phantom`.

    Raises:
        CapabilityError: the step of the algorithm changes from iteration to iteration.

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
        if not algorithm.is_stationary:
            raise CapabilityError(
                f"`algorithm` must take the same step every time, got {type(algorithm).__name__}, whose step changes; "
                "use PGD() or PDHG()."
            )
        self.algorithm = algorithm
        self.prior = prior
        self.learn = tuple(learn)
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
        f, x = likelihood(physics, y), self.init(y, physics)
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
