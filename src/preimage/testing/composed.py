"""What every functional with a linear map inside must do."""

import torch
from torch import Tensor

from preimage._tree import dot, norm
from preimage.functional import LinearlyComposed
from preimage.testing._compare import normal_like, require, rounding, seeded
from preimage.testing._values import untouched

__all__ = ["check_composed"]


def check_composed(functional: LinearlyComposed, x: Tensor) -> None:
    """Require of ``functional`` what :class:`preimage.functional.LinearlyComposed` promises, on images like ``x``.

    ``linear_adjoint`` is the adjoint of ``linear``; ``linear_norm`` is not exceeded by power iterations;
    calls leave arguments, object and global random state alone.

    Args:
        functional: the object under test.
        x: two or more small images.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    with untouched(functional, x, call="linear"):
        image = functional.linear(x)
    v = normal_like(image, seeded(1))
    with untouched(functional, v, call="linear_adjoint"):
        back = functional.linear_adjoint(v)
    require(back.shape == x.shape and back.dtype == x.dtype, functional, "linear_adjoint gives no image like `x`")
    gap = (dot(v, image) - dot(back, x)).abs()
    size = norm(v) * norm(image) + norm(back) * norm(x)
    require(bool((gap <= rounding(gap.dtype, 50) * size).all()), functional, "linear_adjoint is not the adjoint")
    bound = functional.linear_norm(x)
    u = normal_like(x, seeded(2))
    for _ in range(200):
        u = functional.linear_adjoint(functional.linear(u))
        u = u / norm(u).clamp_min(torch.finfo(bound.dtype).tiny).reshape(-1, *(1,) * (u.ndim - 1))
    reached = norm(functional.linear(u))
    require(bool((reached <= 1.01 * bound).all()), functional, f"linear_norm is {bound}, exceeded by {reached}")
    with untouched(functional, image, call="outer_prox"):
        functional.outer_prox(image, 0.1)
