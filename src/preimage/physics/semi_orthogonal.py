"""Operators whose rows are orthogonal and of equal length."""

from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.functional import ClosedProx
from preimage.physics.bases import Pixels
from preimage.physics.count_likelihood import CountLikelihood
from preimage.physics.likelihood import LinearLikelihood
from preimage.physics.linear import LinearPhysics
from preimage.physics.structure import Diagonal

__all__ = ["SemiOrthogonalCountLikelihood", "SemiOrthogonalLikelihood", "SemiOrthogonalPhysics"]


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


class SemiOrthogonalLikelihood(LinearLikelihood, ClosedProx):
    """``f(x) = nll(A x, y)`` for ``A A^H = c I``: only the part of ``x`` that ``A`` sees moves."""

    physics: SemiOrthogonalPhysics  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, physics: SemiOrthogonalPhysics, y: Measurement) -> None:
        super().__init__(physics, y)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``x + A^H (prox_{c step nll}(A x) - A x) / c``.

        Source: Combettes & Pesquet 2011, table 10.1 (xi).
        """
        z, c = self.physics.A(x), self.physics.gram(x.real)
        return x + self.physics.A_adjoint((self.outer_prox(z, c * per_image(step, z.real)) - z) / c)


class SemiOrthogonalCountLikelihood(SemiOrthogonalLikelihood, CountLikelihood):
    """A :class:`CountLikelihood` for ``A A^H = c I``, with its prox."""

    physics: SemiOrthogonalPhysics  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, physics: SemiOrthogonalPhysics, y: Tensor) -> None:
        super().__init__(physics, y)
