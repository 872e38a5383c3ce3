"""Step sizes of primal-dual methods, where they are not given."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from preimage.fidelity import Likelihood
from preimage.functional import LinearlyComposed, Smooth
from preimage.optim.schedule import Schedule, resolve

__all__ = ["curvature", "default_steps", "forward_steps", "powers", "value", "values"]


def value(parameter: float | Tensor | Schedule | None, x: Tensor, k: int = 0) -> Tensor:
    """A parameter at step ``k`` as a real tensor (B,) or (1,) beside the image ``x``."""
    return torch.as_tensor(resolve(parameter, k), dtype=x.real.dtype, device=x.device).reshape(-1)


def values(parameter: Any, x: Tensor, k: int, count: int) -> list[Tensor]:
    """The :func:`value` for each of ``count`` terms of a parameter that is a tuple, or one for all."""
    return [value(item, x, k) for item in (parameter if isinstance(parameter, tuple) else (parameter,) * count)]


def default_steps(terms: Sequence[LinearlyComposed], x: Tensor, t: Any, s: Any, total: float = 1.0) -> tuple[Any, Any]:
    """Primal and dual step sizes with ``t sum_i s_i ||K_i||^2 = total`` in equal shares, where they are not given.

    ``t`` is one over the :func:`curvature` of the terms where that is positive.
    """
    if t is not None and s is not None:
        return t, s
    size = powers(terms, x)
    if t is None and s is None:
        slope = sum((curvature(term, x) for term in terms), x.real.new_zeros(1))
        t = 1 / torch.where(slope > 0, slope, sum(size, 0 * slope).sqrt())
    elif t is None:
        t = total / sum(map(torch.mul, values(s, x, 0, len(size)), size), 0 * size[0])
    return t, tuple(total / (len(size) * value(t, x) * power) for power in size) if s is None else s


def forward_steps(
    term: LinearlyComposed, slope: Tensor, x: Tensor, t: Any, s: Any, relaxation: Tensor
) -> tuple[Any, Any]:
    """Step sizes beside a gradient of Lipschitz constant ``slope``, where they are not given.

    The primal step is as long as ``1 / t - s ||K||^2 >= d`` allows for a ``d`` a tenth above the least with which the
    method converges, ``slope / (2 (2 - relaxation))``. The dual step keeps ``s ||K||^2`` at the slope: TV deblurring is
    sooner done with a fifth of that, but TV denoising then takes ten times as many steps.
    """
    power = powers([term], x)[0]
    if t is not None:
        return t, 2 / 3 * (1 / value(t, x) - slope / 2) / power if s is None else s
    s = torch.where(slope > 0, slope, 2 / 3 * power.sqrt()) / power if s is None else s
    room = torch.where(slope > 0, 1.1 * slope / (2 * (2 - relaxation).clamp_min(0.1)), power.sqrt() / 3)
    return 1 / (room + value(s, x) * power), s


def powers(terms: Sequence[LinearlyComposed], x: Tensor) -> list[Tensor]:
    """``||K||^2`` of each term, (B,) or (1,); one where it is zero."""
    sizes = [value(term.linear_norm(x), x) for term in terms]
    return [size.where(size > 0, 1) ** 2 for size in sizes]


def curvature(f: object, x: Tensor) -> Tensor:
    """About how curved a data term is in the directions it sees best, (B,) or (1,); zero where it cannot be said.

    ``||A||^2 / sigma^2`` of a Gaussian likelihood; of a Poisson likelihood, whose curvature has no bound,
    ``||A||^2 / (gain mean y)`` with the mean over what is measured, that of images that explain the data; the sum of
    those of the terms of a sum.
    """
    known = f.curvature(x) if isinstance(f, Likelihood) else None
    if known is not None:
        return value(known, x)
    terms = f.terms() if isinstance(f, Smooth) else ()
    return sum((curvature(term, x) for term in terms if term is not f), x.real.new_zeros(1))
