"""Least total variation of what was blurred, by steps that go in blocks as well."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor
from typing_extensions import override

from preimage._tree import Measurement
from preimage.errors import ArgumentError
from preimage.optim import PGD, TVPrior, Variational
from preimage.physics import Physics
from preimage.reconstruct.frame.acquisition import Piece
from preimage.reconstruct.frame.approach import Approach, FoundImages, Tell
from preimage.reconstruct.frame.run import run_variational

__all__ = ["GAP", "ProximalVariation", "given_weight"]

GAP = 1e-4
"""The relative duality gap to which each step removes variation."""


@dataclass(frozen=True)
class ProximalVariation(Approach):
    """``argmin ||k * x - y||^2 / (2 sigma^2) + weight TV(x)`` by proximal gradient descent from ``A^H y / ||k||_1^2``.

    The steps are of the size ``sigma^2 / ||k||_1^2``; as many are taken as are asked for, of the whole stack and of
    blocks alike.
    """

    name: ClassVar[str] = "tv"
    takes: ClassVar[frozenset[str]] = frozenset({"steps", "weight", "sigma"})
    usual_steps: ClassVar[int] = 50

    @override
    def choose_weight(self, piece: Piece) -> float:
        return given_weight(None)

    @override
    def solve(self, piece: Piece, tell: Tell) -> FoundImages:
        gain = piece.gain()

        def start(y: Measurement, physics: Physics) -> Tensor:
            return piece.physics.A_adjoint(piece.y) / gain

        prior = TVPrior(given_weight(self.weight), tol=GAP)
        model = Variational(PGD(piece.level**2 / gain), prior, init=start, max_steps=self.steps, tol=None)
        return run_variational(model, piece.y, piece.physics, tell)


def given_weight(weight: float | str | None) -> float:
    """The weight that was asked for.

    Raises:
        ArgumentError: none was.
    """
    if not isinstance(weight, float):
        raise ArgumentError(
            f"`weight` must be given for tv, got {weight or 'none'}; one over the noise level is a beginning, more is "
            "smoother."
        )
    return weight
