"""The range in which weights are tried."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._tree import dot
from preimage.errors import ArgumentError, CapabilityError
from preimage.functional import Smooth, Valued

__all__ = ["WeightRange"]

_ABOVE = 4.0  # the scan starts at so many times the weight that balances the halved first estimate
_SHARES = (0.5, 0.05, 0.005)
_WIDTH = 1e-6  # smallest over largest weight


@dataclass(frozen=True)
class WeightRange:
    """Which weights :func:`choose_weight` tries, and how exactly it finds the best of them.

    Args:
        low: the smallest weight, a float or (B,); by default a millionth of ``high``.
        high: the largest weight, a float or (B,); by default four times ``w = -<x, grad f(x / 2)> / g(x)`` with the
            first estimate ``x``, which needs a prior ``g`` with a value that is proportional to its weight. A minimiser
            ``u`` of ``f + weight g`` satisfies ``weight = -<u, grad f(u)> / (p g(u))`` where ``g`` is homogeneous of
            degree ``p``; so at ``w`` the prior takes away about half of the estimate.
        points: how many weights are tried from ``high`` to ``low``, at least 3, equally spaced on a logarithmic scale.
        tol: the largest error of the logarithm of the weight, > 0, against what the criterion would choose on a curve
            without gaps, if that has one minimum; 0.1 is ten percent. :class:`LCurve` interpolates instead.

    Raises:
        ArgumentError: ``points`` or ``tol`` is out of its range.
    """

    low: float | Tensor | None = None
    high: float | Tensor | None = None
    points: int = 16
    tol: float = 0.1

    def __post_init__(self) -> None:
        if self.points < 3:
            raise ArgumentError(f"`points` must be at least 3, got {self.points}; 16 is usual.")
        if not self.tol > 0:
            raise ArgumentError(f"`tol` must be positive, got {self.tol}; 0.1 is ten percent.")

    def logarithms(self, f: Smooth, prior: torch.nn.Module, x: Tensor) -> Tensor:
        """Logarithms of the weights from ``high`` down to ``low``, (points, B) on the CPU in double precision.

        Args:
            f: the data term.
            prior: with weight one.
            x: the first estimate.

        Raises:
            ArgumentError: the range is empty, not positive, or nothing follows for it from the data.
            CapabilityError: ``high`` is not given and the prior has no value.
        """
        top = _balance(f, prior, x) if self.high is None else _each(self.high, x)
        bottom = _WIDTH * top if self.low is None else _each(self.low, x)
        if not bool((bottom > 0).all() and (bottom < top).all() and top.isfinite().all()):
            raise ArgumentError(
                f"`low` and `high` must satisfy 0 < low < high, got {bottom.tolist()} and {top.tolist()}; give both."
            )
        share = torch.linspace(0, 1, self.points, dtype=torch.float64)[:, None]
        return torch.lerp(top.log(), bottom.log(), share)


def _balance(f: Smooth, prior: torch.nn.Module, x: Tensor) -> Tensor:
    if not isinstance(prior, Valued):
        raise CapabilityError(f"`high` must be given for a prior without a value, got {type(prior).__name__}.")
    slope = -dot(x, f.grad(_SHARES[0] * x))
    for share in _SHARES[1:]:  # a first estimate that is far too large
        slope = torch.where(slope > 0, slope, -dot(x, f.grad(share * x)))
    return _ABOVE * (slope / prior(x)).double().cpu()


def _each(value: float | Tensor, x: Tensor) -> Tensor:
    return torch.as_tensor(value, dtype=torch.float64).detach().cpu().reshape(-1).expand(x.shape[0])
