"""Where to look for the weight."""

import torch
from torch import Tensor

from preimage._tree import dot
from preimage.errors import ArgumentError, CapabilityError
from preimage.functional import Proximable, Smooth

__all__ = ["scan"]

_ABOVE = 4.0  # the scan starts at so many times the weight that balances the halved first estimate
_SHARES = (0.5, 0.05, 0.005)
_WIDTH = 1e-6  # smallest over largest weight


def scan(
    f: Smooth, prior: torch.nn.Module, x: Tensor, low: float | Tensor | None, high: float | Tensor | None, points: int
) -> Tensor:
    """Logarithms of ``points`` weights from ``high`` down to ``low``, (points, B) on the CPU in double precision.

    By default ``high`` is four times ``w = -<x, grad f(x / 2)> / g(x)`` with the first estimate ``x``. A minimiser
    ``u`` of ``f + weight g`` satisfies ``weight = -<u, grad f(u)> / (p g(u))`` where ``g`` is homogeneous of degree
    ``p``; so at ``w`` the prior takes away about half of the estimate. ``low`` is a millionth of ``high``.

    Raises:
        ArgumentError: the range is empty, not positive, or nothing follows for it from the data.
        CapabilityError: ``high`` is not given and the prior has no value.
    """
    if points < 3:
        raise ArgumentError(f"`points` must be at least 3, got {points}; 16 is usual.")
    top = _balance(f, prior, x) if high is None else _each(high, x)
    bottom = _WIDTH * top if low is None else _each(low, x)
    if not bool((bottom > 0).all() and (bottom < top).all() and top.isfinite().all()):
        raise ArgumentError(
            f"`low` and `high` must satisfy 0 < low < high, got {bottom.tolist()} and {top.tolist()}; give both."
        )
    share = torch.linspace(0, 1, points, dtype=torch.float64)[:, None]
    return torch.lerp(top.log(), bottom.log(), share)


def _balance(f: Smooth, prior: torch.nn.Module, x: Tensor) -> Tensor:
    if not isinstance(prior, (Smooth, Proximable)) or type(prior).forward is Proximable.forward:
        raise CapabilityError(f"`high` must be given for a prior without a value, got {type(prior).__name__}.")
    slope = -dot(x, f.grad(_SHARES[0] * x))
    for share in _SHARES[1:]:  # a first estimate that is far too large
        slope = torch.where(slope > 0, slope, -dot(x, f.grad(share * x)))
    return _ABOVE * (slope / prior(x)).double().cpu()


def _each(value: float | Tensor, x: Tensor) -> Tensor:
    return torch.as_tensor(value, dtype=torch.float64).detach().cpu().reshape(-1).expand(x.shape[0])
