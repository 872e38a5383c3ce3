"""Cubic equations, as the proxes of multiplicative noises lead to."""

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["best_root"]


def best_root(square: Tensor, linear: Tensor, constant: Tensor, cost: Callable[[Tensor], Tensor]) -> Tensor:
    """The real root of ``u^3 + square u^2 + linear u + constant`` at which ``cost`` is least, float64.

    Roots are found in closed form and improved by Newton's method, of which the last two steps are recorded, so that
    the derivatives of the root are right.

    Args:
        square, linear, constant: the coefficients, float64, of one shape.
        cost: a number for each root, of their shape; infinite or NaN for those that are none.
    """

    def improved(u: Tensor) -> Tensor:
        value = ((u + square) * u + linear) * u + constant
        slope = (3 * u + 2 * square) * u + linear
        return u - torch.where(slope == 0, 0, value / torch.where(slope == 0, 1, slope))

    with torch.no_grad():
        shift = square / 3
        a = linear - square * shift
        half = (2 * shift.square() * shift - shift * linear + constant) / 2
        candidates = []
        for root in _depressed(a, half):
            candidates.append(improved(improved(root - shift)))
        roots = torch.stack(candidates)
        costs = torch.stack([cost(root) for root in candidates]).nan_to_num(nan=torch.inf, posinf=torch.inf)
        chosen = roots.gather(0, costs.argmin(0, keepdim=True))[0]
    return improved(improved(chosen))


def _depressed(a: Tensor, half: Tensor) -> list[Tensor]:
    """The three real roots of ``t^3 + a t + 2 half``, or the only one three times.

    Source: Cardano's formula; Viète's for three real roots.
    """
    third = a / 3
    discriminant = half.square() + third.square() * third
    # One real root: the sum that does not cancel, and the other term from the product of both.
    outer = half.abs() + discriminant.clamp_min(0).sqrt()
    u = -half.sign() * outer.pow(1 / 3)
    single = u - torch.where(u == 0, 0, third / torch.where(u == 0, 1, u))
    radius = (-third).clamp_min(0).sqrt()
    cosine = -half / torch.where(radius > 0, radius.pow(3), 1)
    angle = cosine.clamp(-1, 1).acos() / 3
    one = discriminant > 0
    return [torch.where(one, single, 2 * radius * (angle - 2 * torch.pi * k / 3).cos()) for k in range(3)]
