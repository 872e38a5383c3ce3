"""Joint sparsity: groups of numbers that are zero together."""

from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage.functional import Conjugable, Proximable, Valued, indicator_of_ball
from preimage.optim.prior._ball import into_ball
from preimage.transform import group_length, group_threshold

__all__ = ["L12Prior"]


class L12Prior(Proximable, Conjugable, Valued):
    r"""``g(x) = weight * sum_i ||x_i||_2`` with the groups ``x_i`` along one axis: all channels of a pixel by default.

    The prox shortens every group by ``step * weight``; the moduli count where ``x`` is complex.

    Args:
        weight: > 0, a float or (B,).
        axis: the axis whose numbers form a group; not that of the batch.

    Raises:
        ArgumentError: ``weight`` is not a finite number above zero, in any entry.

    Source: Yuan & Lin 2006 (group lasso).
    """

    def __init__(self, weight: float | Tensor = 1.0, axis: int = 1) -> None:
        super().__init__()
        check_number("weight", weight, "leave the prior out to have none")
        self.weight = weight
        self.axis = axis

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,); its derivative is zero at a group that is."""
        return (per_image(self.weight, x) * self._lengths(x)).flatten(1).sum(1)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """Every group shortened by ``step * weight``, to zero where it is shorter."""
        return group_threshold(x, per_image(self.weight, x) * per_image(step, x), (self.axis,))

    def conjugate(self, z: Tensor) -> Tensor:
        """Zero where no group is longer than ``weight``, else infinite."""
        return indicator_of_ball(self._lengths(z), per_image(self.weight, z))

    def into_domain(self, z: Tensor) -> Tensor:
        """``weight`` over the longest group, at most one."""
        return into_ball(self._lengths(z), per_image(self.weight, z))

    def _lengths(self, x: Tensor) -> Tensor:
        return group_length(x, (self.axis,))
