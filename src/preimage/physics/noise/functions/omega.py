"""Roots of equations between a number and its exponential."""

import math

import torch
from torch import Tensor


def wright_omega(t: Tensor) -> Tensor:
    """The ``w > 0`` with ``w + log w = t``, to rounding, by Newton's method; at least the smallest normal number.

    Source: Corless & Jeffrey 2002 (``w`` is Lambert's W of ``exp(t)``).
    """
    floor = torch.finfo(t.dtype).tiny
    # From the left of the root, or a little to its right where it is small.
    w = torch.where(t > 1, t - t.clamp_min(1).log(), t.clamp_max(1).exp()).clamp_min(floor)
    for _ in range(6):
        w = (w * ((1 + t - w.log()) / (1 + w))).clamp_min(floor)
    return w


def shortfall(h: Tensor, a: Tensor) -> Tensor:
    """The ``v`` with ``v + a (1 - exp(-v)) = h`` for ``a`` >= 0, to rounding of ``h``, by Newton's method.

    With ``w`` the Wright omega function of ``log a + a - h``, it is ``h - a + w``, which cancels where ``a`` is large,
    and ``log(a / w)``, which cancels where it is small; the latter is near enough to start from. The left-hand side
    increases and is concave, so that Newton's steps then approach from below.
    """
    reach = math.log(torch.finfo(h.dtype).max) - 1

    def step(v: Tensor) -> Tensor:
        power = (-v).clamp_max(reach)
        return v - (v - a * power.expm1() - h) / (1 + a * power.exp())

    with torch.no_grad():
        least, most = torch.maximum(h / (1 + a), h - a), h.clamp_min(0)  # 1 - exp(-v) is at most v and at most 1
        v = torch.clamp(a.log() - wright_omega(a.log() + (a - h)).log(), least, most)
        v = torch.maximum(step(v), least)
    return step(step(v))  # recorded: two steps at the root have its first and second derivatives
