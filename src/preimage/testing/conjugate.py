"""What every functional with a known conjugate must do."""

import torch
from torch import Tensor

from preimage._tree import dot, norm, scale
from preimage.functional import Conjugable, Proximable, Valued
from preimage.testing._compare import normal_like, require, require_close, rounding, seeded
from preimage.testing._minimiser import distance, require_minimiser
from preimage.testing._values import check_value, samples_of, untouched

__all__ = ["check_conjugate"]


def check_conjugate(functional: Conjugable, x: Tensor, step: float = 0.3) -> None:
    """Require of ``functional`` what :class:`preimage.functional.Conjugable` promises, on arrays like ``x``.

    Calls leave arguments, object and global random state alone; copies agree; samples are independent; ``into_domain``
    is the largest factor; and where the functional has a value ``g`` and a prox, ``g(p) + g*(u) = Re <u, p>`` at
    ``p = prox(x, step)``, ``u = (x - p) / step``, no other pair lies below, and ``u`` is the proximal point
    ``argmin_v g*(v) / step + 1/2 ||v - x / step||^2`` (Moreau).

    Args:
        functional: the object under test. A tensor field whose leading dimension is the batch size is taken to hold
            one entry per image.
        x: two or more small images.
        step: the step of the proximal map.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    for size in (0.01, 1.0, 100.0):
        _check_domain(functional, size * normal_like(x, seeded(1)))
    if isinstance(functional, Proximable) and isinstance(functional, Valued):
        _check_fenchel(functional, functional, functional, x, step)


def _check_domain(functional: Conjugable, z: Tensor) -> None:
    with untouched(functional, z, call="into_domain"):
        factor = functional.into_domain(z)
    require(tuple(factor.shape) == (len(z),), functional, f"into_domain is {tuple(factor.shape)}, want ({len(z)},)")
    require(bool(((factor >= 0) & (factor <= 1)).all()), functional, f"into_domain is {factor.tolist()}, want [0, 1]")
    inside = scale(factor, z)
    with untouched(functional, inside, call="conjugate"):
        values = functional.conjugate(inside)
    require(values.shape == factor.shape and values.dtype == z.real.dtype, functional, "conjugate has a wrong form")
    require(bool(values.isfinite().all()), functional, f"conjugate(into_domain(z) * z) is {values.tolist()}")
    beyond = functional.conjugate(scale(1.001 * factor + 1e-6, z))
    largest = bool(((factor == 1) | beyond.isinf()).all())
    require(largest, functional, f"into_domain is {factor.tolist()}, not the largest: conjugate is {beyond.tolist()}")
    check_value(functional, lambda other: other.conjugate(inside))
    for index in range(len(z)):
        rows = slice(index, index + 1)
        alone = samples_of(functional, rows, len(z)).conjugate(inside[rows])
        require_close(alone, values[rows], rounding(values.dtype), functional, "conjugate of one sample alone")


def _check_fenchel(functional: Conjugable, valued: Valued, prox: Proximable, x: Tensor, step: float) -> None:
    x = 3 * normal_like(x, seeded(2))
    point = prox.prox(x, step)
    dual = (x - point) / step
    dual = scale(functional.into_domain(dual), dual)  # rounding may have left it outside
    for where, equal in ((point, True), (x, False), (normal_like(x, seeded(3)), False)):
        value, conjugate = valued(where), functional.conjugate(dual)
        gap = value + conjugate - dot(dual, where)
        size = value.abs() + conjugate.abs() + norm(dual) * norm(where)
        slack = torch.where(value.isinf(), 0, rounding(gap.dtype) * size)
        fits = gap.abs() <= slack if equal else gap >= -slack
        what = "equality at the prox" if equal else "inequality"
        require(bool(fits.all()), functional, f"g(x) + g*(u) - <u, x> is {gap.tolist()}: Fenchel's {what} fails")

    def objective(v: Tensor) -> Tensor:
        return functional.conjugate(v) / step + distance(v, x / step)

    with torch.no_grad():
        require_minimiser(objective, dual, torch.zeros_like(x), 1e-5, functional, "(x - prox(x, step)) / step (Moreau)")
