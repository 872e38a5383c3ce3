"""Data terms of operators whose rows are orthogonal and of equal length."""

from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.fidelity.count_likelihood import CountLikelihood
from preimage.fidelity.likelihood import LinearLikelihood
from preimage.functional import ClosedProx
from preimage.physics import SemiOrthogonalPhysics

__all__ = ["SemiOrthogonalCountLikelihood", "SemiOrthogonalLikelihood"]


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
