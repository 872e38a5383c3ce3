"""What every functional with a proximal map must do."""

import torch
from torch import Tensor

from preimage.functional import Proximable, Valued
from preimage.testing._compare import require, require_close, rounding
from preimage.testing._minimiser import distance, require_minimiser
from preimage.testing._values import check_double, check_value, samples_of, untouched

__all__ = ["check_prox"]


def check_prox(functional: Proximable, x: Tensor, step: float = 0.3, tol: float = 1e-5) -> None:
    """Require of ``functional`` what :class:`preimage.functional.Proximable` promises, at the images ``x``.

    A call leaves its input, the object and global random state alone; copies give the same result; shape, dtype and
    device are those of the input; every sample is independent and has its own step; and where the functional has a
    value, ``prox(x, step)`` beats random perturbations in ``step * g(u) + 1/2 ||u - x||^2``.

    Args:
        functional: the object under test. A tensor field whose leading dimension is the batch size is taken to hold
            one entry per image.
        x: two or more small images.
        step: the step of the proximal map.
        tol: how much, relative to the fall of the objective from ``x``, an iterative map may leave.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    batch = x.shape[0]
    steps = torch.linspace(0.5 * step, 2 * step, batch, dtype=x.real.dtype, device=x.device)
    with untouched(functional, x, steps, call="prox"):
        points = functional.prox(x, steps)
    require(points.shape == x.shape and points.dtype == x.dtype, functional, "prox changes shape or dtype of its input")
    require(points.device == x.device, functional, "prox leaves the device of its input")
    check_value(functional, lambda other: other.prox(x, step))
    double = x.to(torch.complex128 if x.is_complex() else torch.float64)
    check_double(functional, lambda other: other.prox(double, step))
    accuracy = max(rounding(x.real.dtype, 1000), tol)
    same = functional.prox(x, torch.full_like(steps, step))
    require_close(functional.prox(x, step), same, rounding(x.real.dtype), functional, "prox with a number for `step`")
    for index in range(batch):
        rows = slice(index, index + 1)
        alone = samples_of(functional, rows, batch).prox(x[rows], steps[index].item())
        require_close(alone, points[rows], accuracy, functional, "prox of one sample, against the batch,")
    if isinstance(functional, Valued):
        _check_minimiser(functional, x, steps, points, tol)


def _check_minimiser(functional: Valued, x: Tensor, steps: Tensor, points: Tensor, tol: float) -> None:
    with torch.no_grad():
        require_minimiser(lambda u: steps * functional(u) + distance(u, x), points, x, tol, functional, "prox(x, step)")
