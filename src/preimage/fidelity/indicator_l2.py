"""Data explained to within a given distance."""

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level, check_number
from preimage._seen import keep_seen
from preimage._tree import Measurement, add, dot, norm, scale, subtract
from preimage.errors import CapabilityError
from preimage.functional import LinearlyComposed, Proximable, Valued
from preimage.physics import LinearPhysics, Physics

__all__ = ["IndicatorL2"]


class IndicatorL2(LinearlyComposed, Proximable, Valued):
    r"""``f(x) = 0`` where ``||A x - y|| <= radius``, else infinite: a bound on the misfit in place of a weight.

    For ``m`` real measurements with Gaussian noise, ``radius = sigma sqrt(m)`` is usual. The prox is the nearest image
    within the bound, ``x + (A^H A + rho)^-1 A^H (y - A x)`` with the ``rho`` that reaches it, found by Newton's method
    on ``1 / ||A u - y||``, which is concave in ``1 / rho``: the iterates approach from one side. If no image
    reaches the bound it is one with nearly the least misfit. Gradients flow to ``x``, ``y`` and ``radius``.

    Args:
        physics: where the linear ``A`` comes from.
        y: the measurement; entries that ``physics`` does not measure count as zero.
        radius: > 0, a float or (B,).
        tol: relative accuracy of the misfit at which Newton's method takes its last step, which about squares it; also
            what the value forgives. ``A`` without a closed form adds the error of its ``solve_regularized``.
        max_steps: the most steps; a handful is usual.

    Raises:
        ArgumentError: the radius is not positive.
        CapabilityError: the physics is not linear.

    Source: Chambolle & Pock 2011 (as a composed term); the root search: More & Sorensen 1983.
    """

    physics: LinearPhysics

    def __init__(
        self, physics: Physics, y: Measurement, radius: float | Tensor, tol: float = 1e-4, max_steps: int = 50
    ) -> None:
        super().__init__()
        if not isinstance(physics, LinearPhysics):
            raise CapabilityError(f"`physics` must be LinearPhysics, got {type(physics).__name__}; use its likelihood.")
        check_number("radius", radius, "give the norm of the noise")
        check_level("tol", tol, "1e-4 is usual", zero=True)
        check_count("max_steps", max_steps, "the iteration needs one")
        self.physics = physics
        self.y = keep_seen(y, physics.seen(y))
        self.radius = radius
        self.tol = tol
        self.max_steps = max_steps

    def forward(self, x: Tensor) -> Tensor:
        """Zero or infinity for each sample, (B,)."""
        misfit = norm(subtract(self.physics.A(x), self.y))
        return torch.where(misfit <= (1 + self.tol) * self._radius(x), 0.0, torch.inf).to(misfit.dtype)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """The nearest image with ``||A u - y|| <= radius``, whatever ``step``."""
        gap, radius = subtract(self.y, self.physics.A(x)), self._radius(x)
        outside = norm(gap) > radius
        with torch.no_grad():
            weight = self._search(gap, radius, outside)
        # The search is not recorded; one more step of Newton's method at the root has the root's derivative.
        weight = torch.where(outside, self._newton(gap, radius, weight)[0], 1)
        moved = x + self.physics.solve_regularized(gap, 1 / weight)
        return torch.where(outside.reshape(-1, *(1,) * (x.ndim - 1)), moved, x)

    def _search(self, gap: Measurement, radius: Tensor, outside: Tensor) -> Tensor:
        """The ``1 / rho`` of each sample that is outside; one for the others."""
        size, slope = norm(gap), norm(self.physics.A_adjoint(gap)) ** 2
        solvable = outside & (slope > 0)
        unit = size**2 / slope.where(slope > 0, 1)  # of 1 / rho
        weight = torch.where(solvable, unit * (size / radius - 1), 1)  # Newton's step from zero
        most = unit / torch.finfo(size.dtype).eps
        active = solvable
        for _ in range(self.max_steps):
            following, misfit = self._newton(gap, radius, weight)
            active = active & ((misfit - radius).abs() > self.tol * radius) & (weight < most)
            if not bool(active.any()):
                break
            weight = torch.where(active, torch.minimum(following, most), weight)
        return weight

    def _newton(self, gap: Measurement, radius: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
        """The next ``1 / rho``, and the misfit at this one."""
        rest = subtract(gap, self.physics.A(self.physics.solve_regularized(gap, 1 / weight)))
        misfit, back = norm(rest), self.physics.A_adjoint(rest)
        slope = dot(back, self.physics.solve_shifted(back, 1 / weight)) / weight
        change = misfit**2 / slope.where(slope > 0, 1) * (misfit / radius - 1)
        return weight + change.where(slope > 0, 0), misfit

    def linear(self, x: Tensor) -> Measurement:
        """``A x``."""
        return self.physics.A(x)

    def linear_adjoint(self, z: Measurement) -> Tensor:
        """``A^H z``."""
        return self.physics.A_adjoint(z)

    def linear_norm(self, x: Tensor) -> Tensor:
        """``||A||``."""
        return self.physics.norm(x)

    def outer_prox(self, z: Measurement, step: float | Tensor) -> Measurement:
        """The nearest point of the ball, whatever ``step``."""
        gap = subtract(z, self.y)
        size = norm(gap)
        radius = self._radius(size)
        return add(self.y, scale(radius / torch.maximum(size, radius), gap))

    def outer_conjugate(self, z: Measurement) -> Tensor:
        """``Re <z, y> + radius ||z||``, (B,)."""
        size = norm(z)
        return dot(z, self.y) + self._radius(size) * size

    def _radius(self, like: Tensor) -> Tensor:
        return torch.as_tensor(self.radius, dtype=like.real.dtype, device=like.device).reshape(-1)
