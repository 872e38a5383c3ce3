"""Least squares of amplitudes."""

import torch
from torch import Tensor

from preimage._seen import keep_seen
from preimage._tree import Measurement, sum_leaves, tree_map
from preimage.functional import Smooth
from preimage.physics import Physics

__all__ = ["AmplitudeLoss"]


class AmplitudeLoss(Smooth):
    r"""``f(x) = ||sqrt(A(x)) - sqrt(y)||^2`` for a physics that measures intensities, such as :class:`PhaseRetrieval`.

    Not convex, and not differentiable where an amplitude vanishes; the gradient takes ``sqrt`` to have the derivative
    zero there. For ``A(x) = |B x|^2`` it is ``2 B^H (B x - sqrt(y) B x / |B x|)``: descent with a step of
    ``1 / (2 ||B||^2)`` is alternating projection. Negative intensities in ``y``, which noise can make, count as zero.

    Args:
        physics: where ``A``, non-negative, comes from.
        y: the intensities; entries that ``physics`` does not measure count as zero.

    Source: Fienup 1982; Wang, Giannakis, Eldar 2018 (amplitude flow).
    """

    def __init__(self, physics: Physics, y: Measurement) -> None:
        super().__init__()
        self.physics = physics
        self.y = keep_seen(y, physics.seen(y))

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return sum_leaves(lambda a, b: (_root(a) - _root(b)).square(), self.physics.A(x), self.y)

    def grad(self, x: Tensor) -> Tensor:
        """``J(x)^H (1 - sqrt(y / A(x)))``, the bracket zero where ``A(x)`` is."""

        def slope(a: Tensor, b: Tensor) -> Tensor:
            ratio = _root(b) / torch.where(a > 0, a, 1).sqrt()
            return torch.where(a > 0, 1 - ratio, 0)

        z, pull = self.physics.pullback(x)
        return pull(tree_map(slope, z, self.y))


def _root(a: Tensor) -> Tensor:
    """The square root, with the derivative zero at zero and below."""
    return torch.where(a > 0, torch.where(a > 0, a, 1).sqrt(), 0)
