"""Total variation."""

from torch import Tensor

from preimage._shapes import per_image
from preimage.denoisers.rof import rof, total_variation
from preimage.functional import LinearlyComposed, Proximable
from preimage.transform import divergence, gradient

__all__ = ["TVPrior"]


class TVPrior(LinearlyComposed, Proximable):
    r"""``g(x) = weight * sum_i |(grad x)_i|``: isotropic total variation, the sum of gradient lengths.

    Forward differences, none across the border. Each channel has its own gradient length unless ``coupled``. The
    prox is a small minimisation of its own (:func:`preimage.denoisers.rof`), started afresh in every call; gradients
    flow through it to ``x`` and ``weight``.

    Args:
        weight: > 0, a float or (B,).
        coupled: one gradient length over all channels, which aligns their edges.
        tol: the prox stops at this duality gap, relative to its objective.
        max_steps: the most steps of the prox.

    Shapes: (B, C, H, W) or (B, C, D, H, W), real or complex.

    Source: Rudin, Osher, Fatemi 1992; coupled: Bresson & Chan 2008.
    """

    def __init__(
        self, weight: float | Tensor = 1.0, coupled: bool = False, tol: float = 1e-4, max_steps: int = 2000
    ) -> None:
        super().__init__()
        self.weight = weight
        self.coupled = coupled
        self.tol = tol
        self.max_steps = max_steps

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return per_image(self.weight, x).flatten() * total_variation(x, self.coupled)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``argmin_u 1/2 ||u - x||^2 + step * weight * TV(u)``."""
        return rof(x, per_image(self.weight, x) * per_image(step, x), self.coupled, self.tol, self.max_steps).x

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
        """Every vector of ``z`` shortened by ``step * weight``."""
        over = (1, 2) if self.coupled else (2,)
        length = z.abs().square().sum(over, keepdim=True).sqrt()
        short = per_image(self.weight, z) * per_image(step, z)
        return z * (1 - short / length.clamp_min(short)).where(length > 0, 0)
