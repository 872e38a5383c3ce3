"""Total generalised variation."""

from torch import Tensor

from preimage._ranges import check_count, check_level, check_number
from preimage._shapes import per_image
from preimage.denoisers.tgv_problem import tgv_denoise, tgv_value
from preimage.functional import Proximable, Valued
from preimage.solve import checked_solution

__all__ = ["TGVPrior"]


class TGVPrior(Proximable, Valued):
    r"""``g(x) = weight * min_w sum_i |(grad x - w)_i| + ratio * |(E w)_i|``: total generalised variation of order two.

    ``E w`` is the symmetrised derivative of the field ``w``, its length that of the matrix. All differences are of
    pixels within the image: forward in ``grad``; in ``E`` backward on the diagonal and forward off it, so that both
    halves of a mixed derivative lie on one corner. Affine images have the value zero. Each channel has its own field
    unless ``coupled``.

    Value and prox are minimisations of their own, started afresh in every call. Gradients flow through the prox to
    ``x`` and ``weight`` by the implicit function theorem, through the value by the dual variable.

    Args:
        weight: > 0, a float or (B,).
        ratio: > 0, in pixels; as it goes to infinity ``g`` tends to the total variation beyond an affine image.
        coupled: lengths over all channels, which aligns their edges.
        tol: value and prox stop at this duality gap, relative to their objective; >= 0.
        max_steps: the most steps of either, >= 1.

    Shapes: (B, C, H, W) or (B, C, D, H, W), real or complex.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Bredies, Kunisch, Pock 2010, equation 3.1 with k = 2.
    """

    def __init__(
        self,
        weight: float | Tensor = 1.0,
        ratio: float = 2.0,
        coupled: bool = False,
        tol: float = 1e-3,
        max_steps: int = 3000,
    ) -> None:
        super().__init__()
        check_number("weight", weight, "leave the prior out to have none")
        check_level("ratio", ratio, "2 is usual")
        check_level("tol", tol, "1e-4 is usual", zero=True)
        check_count("max_steps", max_steps, "the iteration needs one")
        self.weight = weight
        self.ratio = ratio
        self.coupled = coupled
        self.tol = tol
        self.max_steps = max_steps

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,), too large by at most ``tol`` of it."""
        return per_image(self.weight, x).flatten() * tgv_value(x, self.ratio, self.coupled, self.tol, self.max_steps)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``argmin_u 1/2 ||u - x||^2 + step * g(u)``."""
        weight = per_image(self.weight, x) * per_image(step, x)
        solution = tgv_denoise(x, weight, self.ratio, self.coupled, self.tol, self.max_steps)
        return checked_solution(
            solution, "The prox of TGVPrior", "raise its `max_steps` or `tol`", "relative duality gap"
        )
