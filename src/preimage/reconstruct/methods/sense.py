"""Images of several coils without a prior: zeros where nothing was measured, or least squares."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from typing_extensions import override

from preimage.reconstruct.frame.acquisition import Piece
from preimage.reconstruct.frame.approach import Approach, FoundImages, Tell
from preimage.solve import Reason

__all__ = ["LeastSquaresSense", "ZeroFilled"]

_LARGEST, _SMALLEST = 1.0, 1e-6
_SECTIONS = 7  # after which the weight is known to a factor of 1.6
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class ZeroFilled(Approach):
    """``A^H y``: samples that were not taken are zero, coils are combined by their sensitivities.

    Along a trajectory samples are weighted by their density first (gridding).
    """

    name: ClassVar[str] = "zero-filled"

    @override
    def solve(self, piece: Piece, tell: Tell) -> FoundImages:
        x = piece.first()
        tell(1)
        return FoundImages(x, Reason("one_pass", 1))


@dataclass(frozen=True)
class LeastSquaresSense(Approach):
    """``argmin ||A x - y||^2 + weight ||x||^2``: in closed form where the pattern repeats, else by conjugate gradients.

    The weight is in units of the largest eigenvalue of ``A^H A`` with sensitivities of unit norm, which is one. Without
    a weight it is the one, between 1e-6 and 1, of the least estimated error of ``A x`` (Stein's estimate, whose trace
    is that of one random probe).

    Source: Pruessmann, Weiger, Boernert, Boesiger, Magnetic Resonance in Medicine 46, 2001; the weight: Stein, Annals
    of Statistics 9, 1981; Girard, Numerische Mathematik 56, 1989.
    """

    name: ClassVar[str] = "cg-sense"
    takes: ClassVar[frozenset[str]] = frozenset({"weight", "sigma"})

    @override
    def choose_weight(self, piece: Piece) -> float:
        probe = _signs(piece.y)
        low, high = math.log(_SMALLEST), math.log(_LARGEST)
        inner = [high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)]
        risks = [_risk(piece, math.exp(t), probe) for t in inner]
        for _ in range(_SECTIONS):
            if risks[0] <= risks[1]:
                high = inner[1]
                inner, risks = [high - _GOLDEN * (high - low), inner[0]], [0.0, risks[0]]
                risks[0] = _risk(piece, math.exp(inner[0]), probe)
            else:
                low = inner[0]
                inner, risks = [inner[1], low + _GOLDEN * (high - low)], [risks[1], 0.0]
                risks[1] = _risk(piece, math.exp(inner[1]), probe)
        return math.exp(inner[0] if risks[0] <= risks[1] else inner[1])

    @override
    def solve(self, piece: Piece, tell: Tell) -> FoundImages:
        assert self.weight is not None
        x = regularized(piece, self.weight)
        tell(1)
        return FoundImages(x, Reason("one_pass", 1))


def regularized(piece: Piece, weight: float, y: Tensor | None = None) -> Tensor:
    """``(A^H A + weight)^-1 A^H y``, of the measurement of the piece by default."""
    return piece.physics.solve_regularized(piece.y if y is None else y, weight)


def _signs(y: Tensor) -> Tensor:
    """Random signs like ``y``, the same ones every time."""
    generator = torch.Generator().manual_seed(0)
    signs = torch.randint(0, 2, y.shape, generator=generator) * 2 - 1
    return signs.to(y.device, y.dtype)


def _risk(piece: Piece, weight: float, probe: Tensor) -> float:
    """``||A x - y||^2 + 4 sigma^2 trace H`` with ``A x = H y``: the error of ``A x``, but for a constant."""
    seen = piece.physics.seen(piece.y)
    taken = seen if isinstance(seen, Tensor) else torch.ones((), device=piece.y.device)
    fitted, spread = (piece.physics.A(regularized(piece, weight, y)) for y in (piece.y, probe * taken))
    residual = ((fitted - piece.y) * taken).abs().square().sum()
    return float(residual + 4 * piece.level**2 * (probe.conj() * taken * spread).real.sum())
