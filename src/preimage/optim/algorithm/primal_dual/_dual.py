"""What primal-dual methods share: which term goes where, relaxation, and how far two states are apart."""

from typing import Any

import torch
from torch import Tensor

from preimage._tree import add, leaves, scale, subtract
from preimage.errors import CapabilityError
from preimage.functional import ClosedProx, LinearlyComposed, Proximable, Zero
from preimage.kernels.pointwise.change import change_and_size
from preimage.optim.algorithm.base import Algorithm, require

__all__ = ["primal_dual_change", "relax", "split"]


def split(f: Any, g: Any, constraint: Any, algorithm: Algorithm) -> tuple[list[LinearlyComposed], Proximable]:
    """The terms ``h_i o K_i`` among ``f`` and ``g``, and the one other term ``p``, whose prox is taken; perhaps Zero.

    An ``f`` with a ClosedProx is ``p`` where ``g`` is composed and there is no constraint.

    Raises:
        CapabilityError: neither is LinearlyComposed, or ``p`` would be a sum or has no prox.
    """
    by_prox = isinstance(f, ClosedProx) and isinstance(g, LinearlyComposed) and isinstance(constraint, Zero | None)
    composed = [term for term in ((g,) if by_prox else (f, g)) if isinstance(term, LinearlyComposed)]
    if not composed:
        require(f, LinearlyComposed, "fidelity", algorithm)
    named = [("fidelity", f), ("prior", g), ("constraint", Zero() if constraint is None else constraint)]
    rest = [(name, term) for name, term in named if not isinstance(term, Zero) and term not in composed]
    for name, term in rest:
        require(term, Proximable, name, algorithm)
    if len(rest) > 1:
        raise CapabilityError(
            f"one of the {rest[0][0]} and the {rest[1][0]} must be LinearlyComposed or Zero for "
            f"{type(algorithm).__name__}, got {type(rest[0][1]).__name__} and {type(rest[1][1]).__name__}; "
            "it takes one prox beside the composed terms."
        )
    return composed, rest[0][1] if rest else Zero()


def relax(old: Any, new: Any, r: float | Tensor) -> Any:
    """``old + r (new - old)`` of tensors or tuples of them; no ``old`` is zero."""
    if isinstance(r, (int, float)) and r == 1:
        return new
    return scale(r, new) if old is None else add(old, scale(r, subtract(new, old)))


def primal_dual_change(old: Any, new: Any, ratios: list[Tensor]) -> Tensor:
    """``sqrt(||dx||^2 + sum_i t / s_i ||du_i||^2) / ||x||``: the metric in which primal-dual methods converge.

    ``u`` is a tuple of dual variables and ``ratios`` are the ``t / s_i``; what is not there is zero.
    """
    change, size = change_and_size(old.x, new.x)
    before = old.u or (None,) * len(new.u)
    for ratio, u, v in zip(ratios, before, new.u, strict=True):
        ends, starts = leaves(() if v is None else v), leaves(() if v is None else v if u is None else u)
        for start, end in zip(starts, ends, strict=True):
            moved, whole = change_and_size(start, end)
            change = torch.hypot(change, ratio.sqrt() * (whole if u is None else moved))
    return torch.where(change == 0, 0, change / torch.where(size == 0, 1, size))
