"""Corners of a plane that change places, as the zero frequency moves into its middle."""

import itertools
import math

import torch
from torch import Tensor

from preimage.kernels.pointwise.corners_loops import exchange_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["exchange_corners"]

_BLOCK = 1 << 18  # numbers that change places at once: they stay in the cache


def exchange_corners(x: Tensor, signs: list[Tensor], scale: float) -> Tensor:
    """``scale * signs * x`` with every corner in the place of the one across, in the memory of ``x``.

    Memory that is new takes longer than the arithmetic.

    Args:
        x: complex, contiguous, with even sizes along its last axes, as many as there are ``signs``; overwritten.
        signs: a real vector for each of these axes, which broadcasts along it: factors at the places of the result.
        scale: a factor of all.
    """
    if len(signs) == 2 and x.is_contiguous() and can_compile(torch.view_as_real(x)):
        return exchange_in_loops(x, signs[0], signs[1], scale)
    factors = scale * math.prod(signs[1:], start=signs[0])
    phases = factors.to(x.dtype)  # products of numbers of two kinds take three times as long
    dims, sizes = len(signs), x.shape[-len(signs) :]
    corners = list(itertools.product(*((slice(n // 2, n), slice(0, n // 2)) for n in sizes)))
    whole = x if x.ndim > dims else x[None]
    for part in whole.split(max(1, _BLOCK // whole[0].numel())):
        for here, there in zip(corners[: len(corners) // 2], reversed(corners), strict=False):
            moved = part[(..., *here)] * phases[there]
            torch.mul(part[(..., *there)], phases[here], out=part[(..., *here)])
            part[(..., *there)] = moved
    return x
