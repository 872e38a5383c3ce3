"""What every functional with a gradient must do."""

import torch
from torch import Tensor

from preimage._tree import norm
from preimage.functional import Smooth
from preimage.testing._compare import normal_like, require, require_close, rounding, seeded
from preimage.testing._values import check_value, samples_of, untouched

__all__ = ["check_smooth"]


def check_smooth(functional: Smooth, x: Tensor) -> None:
    """Require of ``functional`` what :class:`preimage.functional.Smooth` promises, at the images ``x``.

    One value per sample, independent of the others; calls leave input, object and global random state alone; copies
    agree; ``grad`` is the derivative of the value, and varies no faster than ``lipschitz`` where there is one;
    ``value_and_grad`` gives the two, whether gradients are recorded or not.

    Args:
        functional: the object under test. A tensor field whose leading dimension is the batch size is taken to hold
            one entry per image.
        x: two or more small images.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    batch = x.shape[0]
    with untouched(functional, x, call="forward"):
        values = functional(x)
    require(tuple(values.shape) == (batch,), functional, f"the value has shape {tuple(values.shape)}, want ({batch},)")
    require(values.dtype == x.real.dtype, functional, f"the value of {x.dtype} is {values.dtype}, want {x.real.dtype}")
    with untouched(functional, x, call="grad"):
        gradient = functional.grad(x)
    check_value(functional, lambda other: other.grad(x))
    accuracy = rounding(x.real.dtype, 1000)
    for index in range(batch):
        rows = slice(index, index + 1)
        one = samples_of(functional, rows, batch)
        require_close(one(x[rows]), values[rows], accuracy, functional, "the value of one sample, against the batch,")
        require_close(one.grad(x[rows]), gradient[rows], accuracy, functional, "grad of one sample, against the batch,")
    point = x.clone().requires_grad_()
    value = functional(point).sum()
    expected = torch.autograd.grad(value, point)[0] if value.requires_grad else torch.zeros_like(x)
    require_close(gradient, expected, accuracy, functional, "grad, against autograd of the value,")
    _check_value_and_grad(functional, x, values, gradient)
    constant = functional.lipschitz(x)
    if constant is not None:
        for other in (x + 0.1 * normal_like(x, seeded(1)), x - normal_like(x, seeded(2))):
            ratio = norm(functional.grad(other) - gradient) / norm(other - x)
            most = (1 + accuracy) * constant
            require(bool((ratio <= most).all()), functional, f"lipschitz is {constant}, grad varies by {ratio}")


def _check_value_and_grad(functional: Smooth, x: Tensor, values: Tensor, gradient: Tensor) -> None:
    accuracy = rounding(x.real.dtype, 1000)
    for is_recorded in (True, False):
        with torch.set_grad_enabled(is_recorded):
            value, slope = functional.value_and_grad(x)
        require_close(value, values, accuracy, functional, "the value of value_and_grad")
        require_close(slope, gradient, accuracy, functional, "the gradient of value_and_grad")
