"""Operators whose rows are orthogonal and of equal length."""

from torch import Tensor

from preimage.physics.bases import Pixels
from preimage.physics.linear import LinearPhysics
from preimage.physics.structure import Diagonal

__all__ = ["SemiOrthogonalPhysics"]


class SemiOrthogonalPhysics(LinearPhysics):
    """``A A^H = c I``: every data term with a closed prox in the measurement has one in the image."""

    def measured(self, y: Tensor) -> None:
        """Every entry."""

    def gram(self, like: Tensor) -> Tensor:
        """``c`` > 0, shaped to broadcast over measurements, with the dtype and device of ``like``."""
        raise NotImplementedError

    def outer_diagonal(self, like: Tensor) -> Diagonal:
        """``c I``."""
        return Diagonal(Pixels(), Pixels(), lambda: self.gram(like.real))
