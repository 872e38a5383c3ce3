"""Fixed points: how they are found, and how they are differentiated."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from preimage._ranges import check_count, check_interval, check_level
from preimage.solve import AndersonMixing, FixedPointSolver, LinearSolution, Solution, fixed_point
from preimage.solve.implicit import attach_pullback

__all__ = ["EquilibriumGradient", "FixedPoint", "Implicit", "JacobianFree", "Phantom"]


@dataclass(frozen=True)
class FixedPoint:
    """How a fixed point is found.

    Args:
        solver: :class:`preimage.solve.Picard`, :class:`preimage.solve.AndersonMixing` (the default) or
            :class:`preimage.solve.Broyden`.
        max_steps: the most steps, >= 1.
        tol: relative residual at which a sample stops, >= 0.

    Raises:
        ArgumentError: a number is out of its range.
    """

    solver: FixedPointSolver = field(default_factory=AndersonMixing)
    max_steps: int = 200
    tol: float = 1e-5

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_count("max_steps", self.max_steps, "the iteration needs one", least=0)
        check_level("tol", self.tol, "1e-5 is usual", zero=True)

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

    Raises:
        ArgumentError: a number is out of its range.

    Source: Geng, Zhang, Bai, Wang, Lin 2021, unrolled phantom gradient.
    """

    steps: int = 5
    damping: float = 0.5

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_count("steps", self.steps, "5 is the default")
        check_interval("damping", self.damping, "(0, 1]", "one half is the default")

    def attach(self, function: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
        """``z`` after the steps."""
        for _ in range(self.steps):
            z = torch.lerp(z, function(z), self.damping)
        return z


def _vjp(image: Tensor, point: Tensor, w: Tensor) -> Tensor:
    (product,) = torch.autograd.grad(image, point, w, retain_graph=True, allow_unused=True)
    return torch.zeros_like(point) if product is None else product
