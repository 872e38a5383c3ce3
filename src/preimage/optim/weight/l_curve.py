"""The corner of the L-curve."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from preimage._tree import dot
from preimage.errors import ArgumentError, CapabilityError
from preimage.functional import Valued
from preimage.optim.weight.criterion import Criterion, Series, Trial
from preimage.optim.weight.spline import Spline
from preimage.physics import Physics

__all__ = ["LCurve"]

_FINE = 50  # points in each interval of the interpolation
_FEWEST = 5
_LEAST_RESIDUAL, _LEAST_PRIOR = 1e-8, 1e-3  # of the largest: nothing is left of the residual, or of the image
_LEAST_CHANGE = 1e-3  # of a logarithm, between neighbouring weights


@dataclass(frozen=True)
class LCurve(Criterion):
    r"""The weight of greatest curvature of ``(log ||A x - y||^2, log g(x))``: no noise level is needed.

    The curve is a natural cubic spline through the logarithms at the scanned weights, so that ``points`` decides the
    accuracy; the corner is taken between the second and the last but one. It is a heuristic, often off
    by a factor of several, and needs runs that converge: where the curve has no corner the choice means little.

    Source: Hansen 1992; Hansen & O'Leary 1993.
    """

    def check(self, physics: Physics, prior: Any) -> None:
        """The prior must have a value.

        Raises:
            CapabilityError: it has none.
        """
        if not isinstance(prior, Valued):
            raise CapabilityError(
                f"the prior must have a value for LCurve, got {type(prior).__name__}; take another criterion."
            )

    @override
    def measure(self, trial: Trial) -> Series:
        residual = trial.residual()
        return {"residual": dot(residual, residual), "prior": trial.prior(trial.x)}

    def values(self, t: Tensor, series: Series) -> Tensor:
        """Minus the curvature; infinite off the curve and at its two ends."""
        kept = _bent(series)
        values = torch.full_like(t, torch.inf)
        if len(kept) >= _FEWEST:
            values[kept[1:-1]] = -_curvature(t[kept], series, kept, t[kept[1:-1]])
        return values

    def settled(self, values: Tensor) -> bool:
        """Never: a corner shows only in the whole curve."""
        return False

    def propose(self, t: Tensor, values: Tensor, tol: float) -> float | None:
        """Nowhere: the interpolation does."""
        return None

    def best(self, t: Tensor, values: Tensor, series: Series) -> tuple[float, str]:
        """The point of the interpolation that is most curved.

        Raises:
            ArgumentError: the image changes at too few of the weights tried.
        """
        kept = _bent(series)
        if len(kept) < _FEWEST:
            raise ArgumentError(
                f"`points` must leave at least {_FEWEST} weights at which the image changes, got {len(kept)}; "
                "give more or another range."
            )
        fine = torch.linspace(float(t[kept[1]]), float(t[kept[-2]]), _FINE * len(kept), dtype=t.dtype)
        curvature = _curvature(t[kept], series, kept, fine)
        i = int(curvature.argmax())
        where = " at an end of the range: no corner inside" if i in (0, len(fine) - 1) else ""
        return float(fine[i]), f"curvature {float(curvature[i]):.3g}{where}"


def _bent(series: Series) -> Tensor:
    """The places that belong to the curve: beyond them a logarithm goes to minus infinity."""
    residual, prior = series["residual"], series["prior"]
    kept = (residual > _LEAST_RESIDUAL * residual.max()) & (prior > _LEAST_PRIOR * prior.max())
    # A run that stopped where it began, or two weights that both leave nothing, make no curve.
    moved = torch.stack([residual, prior]).clamp_min(torch.finfo(prior.dtype).tiny).log().diff(dim=1).abs().amax(0)
    kept[:-1] &= moved > _LEAST_CHANGE
    return kept.nonzero().flatten()


def _curvature(knots: Tensor, series: Series, kept: Tensor, t: Tensor) -> Tensor:
    """``(r' p'' - r'' p') / (r'^2 + p'^2)^(3/2)`` of the logarithms: positive where the curve is convex."""
    _, r1, r2 = Spline.through(knots, series["residual"][kept].log())(t)
    _, p1, p2 = Spline.through(knots, series["prior"][kept].log())(t)
    return (r1 * p2 - r2 * p1) / (r1.square() + p1.square()).clamp_min(torch.finfo(t.dtype).tiny) ** 1.5
