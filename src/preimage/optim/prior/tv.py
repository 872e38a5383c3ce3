"""Total variation."""

from torch import Tensor

from preimage._ranges import check_count, check_level, check_number
from preimage._shapes import per_image
from preimage.denoisers.rof import rof
from preimage.functional import Periodizable, Proximable, Valued, indicator_of_ball
from preimage.kernels.variation.variation_loops import ascend_in_loops, can_loop, descend_in_loops
from preimage.optim.prior.periodic_tv import PeriodicTV
from preimage.solve import checked_solution
from preimage.transform import divergence, gradient, group_axes, group_length, group_threshold, total_variation

__all__ = ["TVPrior"]


class TVPrior(Periodizable, Proximable, Valued):
    r"""``g(x) = weight * sum_i |(grad x)_i|``: total variation, the sum of gradient lengths.

    Forward differences, none across the border. Each channel has its own gradient length unless ``coupled``. The
    prox is a small minimisation of its own (:func:`preimage.denoisers.rof`), started afresh in every call; gradients
    flow through it to ``x`` and ``weight``.

    Args:
        weight: > 0, a float or (B,).
        coupled: one gradient length over all channels, which aligns their edges.
        tol: the prox stops at this duality gap, relative to its objective; >= 0.
        max_steps: the most steps of the prox, >= 1.
        isotropic: Euclidean gradient lengths; or else the sums of the moduli of their components, the anisotropic total
            variation, which prefers edges along the axes.

    Shapes: (B, C, H, W) or (B, C, D, H, W), real or complex.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Rudin, Osher, Fatemi 1992; coupled: Bresson & Chan 2008.
    """

    def __init__(
        self,
        weight: float | Tensor = 1.0,
        coupled: bool = False,
        tol: float = 1e-4,
        max_steps: int = 2000,
        isotropic: bool = True,
    ) -> None:
        super().__init__()
        check_number("weight", weight, "leave the prior out to have none")
        check_level("tol", tol, "1e-4 is usual", zero=True)
        check_count("max_steps", max_steps, "the iteration needs one")
        self.weight = weight
        self.coupled = coupled
        self.tol = tol
        self.max_steps = max_steps
        self.isotropic = isotropic

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return per_image(self.weight, x).flatten() * total_variation(x, self.coupled, self.isotropic)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``argmin_u 1/2 ||u - x||^2 + step * weight * TV(u)``."""
        weight = per_image(self.weight, x) * per_image(step, x)
        solution = rof(x, weight, self.coupled, self.tol, self.max_steps, self.isotropic)
        return checked_solution(
            solution, "The prox of TVPrior", "raise its `max_steps` or `tol`", "relative duality gap"
        )

    def linear(self, x: Tensor) -> Tensor:
        """``grad x``, (B, C, n, ...)."""
        return gradient(x)

    def linear_adjoint(self, z: Tensor) -> Tensor:
        """``-div z``."""
        return -divergence(z)

    def linear_norm(self, x: Tensor) -> Tensor:
        """``2 sqrt(n)``, the bound that large images reach."""
        return x.real.new_full((1,), 2 * (x.ndim - 2) ** 0.5)

    def outer_prox(self, z: Tensor, step: float | Tensor) -> Tensor:
        """Every vector of ``z`` (every component where not ``isotropic``) shortened by ``step * weight``."""
        short = per_image(self.weight, z) * per_image(step, z)
        return group_threshold(z, short, group_axes(self.coupled, self.isotropic))

    def dual_ascent(self, u: Tensor | None, x: Tensor, step: Tensor) -> Tensor:
        """``u + s grad x``, with every vector longer than ``weight`` shortened to it."""
        weight = per_image(self.weight, x)
        if can_loop(x, u, step, weight):
            return ascend_in_loops(u, x, step, weight, self.coupled, self.isotropic)
        return super().dual_ascent(u, x, step)

    def primal_descent(self, x: Tensor, u: Tensor, step: Tensor) -> Tensor:
        """``x + t div u``."""
        return descend_in_loops(x, u, step) if can_loop(x, u, step) else super().primal_descent(x, u, step)

    def periodic(self) -> PeriodicTV:
        """The same with differences across the border that count nothing."""
        return PeriodicTV(self.weight, self.coupled, self.isotropic)

    def outer_conjugate(self, z: Tensor) -> Tensor:
        """Zero where no vector (no component where not ``isotropic``) is longer than ``weight``, else infinite."""
        axes = group_axes(self.coupled, self.isotropic)
        return indicator_of_ball(group_length(z, axes), per_image(self.weight, z))
