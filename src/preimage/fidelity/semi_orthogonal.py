"""Data terms of operators whose rows are orthogonal and of equal length."""

from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.fidelity.count_likelihood import CountLikelihood
from preimage.fidelity.likelihood import LinearLikelihood
from preimage.functional import ClosedProx
from preimage.physics import LinearPhysics

__all__ = ["SemiOrthogonalCountLikelihood", "SemiOrthogonalLikelihood"]


class SemiOrthogonalLikelihood(LinearLikelihood, ClosedProx):
    """``f(x) = nll(A x, y)`` for ``A A^H = c I``: only the part of ``x`` that ``A`` sees moves."""

    def __init__(self, physics: LinearPhysics, y: Measurement) -> None:
        super().__init__(physics, y)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``x + A^H (prox_{c step nll}(A x) - A x) / c``.

        Source: Combettes & Pesquet 2011, table 10.1 (xi).
        """
        z = self.physics.A(x)
        outer = self.physics.outer_diagonal(z)
        assert outer is not None  # by construction; likelihood() sees to it
        c = outer.s
        return x + self.physics.A_adjoint((self.outer_prox(z, c * per_image(step, z.real)) - z) / c)


class SemiOrthogonalCountLikelihood(SemiOrthogonalLikelihood, CountLikelihood):
    """A :class:`CountLikelihood` for ``A A^H = c I``, with its prox."""

    def __init__(self, physics: LinearPhysics, y: Tensor) -> None:
        super().__init__(physics, y)
