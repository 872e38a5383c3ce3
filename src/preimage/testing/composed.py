"""What every functional with a linear map inside must do."""

import torch
from torch import Tensor

from preimage._tree import Measurement, dot, norm, scale, subtract
from preimage.fidelity import LinearLikelihood
from preimage.functional import LinearlyComposed, Valued
from preimage.testing._compare import normal_like, require, rounding, seeded
from preimage.testing._values import untouched

__all__ = ["check_composed"]

_STEP = 1e-2  # of the prox that gives a dual variable
_INSIDE = 1e-2  # how far it is drawn into the domain of the conjugate


def check_composed(functional: LinearlyComposed, x: Tensor) -> None:
    """Require of ``functional`` what :class:`preimage.functional.LinearlyComposed` promises, on images like ``x``.

    ``linear_adjoint`` is the adjoint of ``linear``; ``linear_norm`` is not exceeded by power iterations;
    calls leave arguments, object and global random state alone; ``outer_conjugate`` satisfies Fenchel's inequality with
    the value, if there is one, with equality at a gradient.

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
        point = functional.outer_prox(image, 0.1)
    dual = scale(10, subtract(image, point))
    with untouched(functional, dual, call="outer_conjugate"):
        values = functional.outer_conjugate(dual)
    require(tuple(values.shape) == (x.shape[0],), functional, "outer_conjugate is not one value per sample")
    if isinstance(functional, Valued):
        _check_conjugate(functional, functional(x), x, image)


def _check_conjugate(functional: LinearlyComposed, value: Tensor, x: Tensor, image: Measurement) -> None:
    """Fenchel's inequality ``f(x) + h*(u) >= Re <u, K x>`` and, where ``u`` is a subgradient of ``h``, equality."""
    start = norm(subtract(image, functional.outer_prox(image, _STEP / 10))) / (_STEP / 10)
    duals = [scale((1 - _INSIDE) / _STEP, subtract(image, functional.outer_prox(image, _STEP)))]
    # h* at (1 - i) u is at most (1 - i) h*(u) + i h*(0); u is a subgradient _STEP u away from K x.
    loose = _STEP * start**2 + _INSIDE * (value + functional.outer_conjugate(scale(0, image)))
    slacks = [loose.where(loose.isfinite(), torch.inf)]
    if isinstance(functional, LinearLikelihood):
        duals.append(functional.outer_grad(image))
        slacks.append(torch.zeros_like(value))
    for dual, slack in zip(duals, slacks, strict=True):
        conjugate = functional.outer_conjugate(dual)
        gap = value + conjugate - dot(dual, image)
        size = value.abs() + conjugate.abs() + norm(dual) * norm(image) + norm(image) ** 2 / _STEP
        least = -rounding(gap.dtype) * size
        # An infinite value (outside of a constraint) is no contradiction.
        lower, tight = (gap >= least) | value.isinf(), (gap <= slack - least) | value.isinf()
        what = f"f(x) + outer_conjugate(u) - <u, K x> is {gap.tolist()}"
        require(bool(lower.all()), functional, f"{what}: Fenchel's inequality fails")
        require(bool(tight.all()), functional, f"{what}, want at most {slack.tolist()}, as u is nearly a subgradient")
