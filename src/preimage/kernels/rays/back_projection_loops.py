"""Back-projection of filtered views as compiled loops, in which sums over views stay in registers."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.kernels.rays.arctangent import arctangent_numbers
from preimage.kernels.rays.pixel_rays import PixelRays
from preimage.machine.compiler import compiled
from preimage.machine.threads import side_by_side

__all__ = ["back_project_by_loops"]


def back_project_by_loops(q: Tensor, rays: PixelRays) -> Tensor:
    """:func:`preimage.kernels.rays.back_projection.back_project` for planes (P, V, K) on a CPU, not recorded."""
    padded = torch.nn.functional.pad(q, (2, 3)).contiguous().numpy()
    out = q.new_empty(len(q), *rays.shape)
    pieces = [part.numpy() for part in torch.arange(rays.shape[0]).chunk(torch.get_num_threads())]
    across, ahead, top = rays.across.numpy(), rays.ahead.numpy(), q.shape[2] + 2
    if rays.is_parallel:
        loops, arguments = compiled(add_parallel), (across, rays.zero + 2, rays.gain, top)
    else:
        loops, arguments = (
            compiled(add_fan),
            (across, ahead, rays.zero + 2, rays.gain, top, rays.is_curved, arctangent_numbers(q.dtype)),
        )
    with side_by_side(q.device, len(pieces)) as each:
        list(each(lambda rows: loops(rows, *arguments, padded, out.numpy()), pieces))
    return out


def add_parallel(rows: Any, across: Any, zero: float, gain: float, top: int, q: Any, out: Any) -> None:
    """``rows`` of planes; the views are padded by two zeros before and three after."""
    number = q.dtype.type
    views, stride, columns = q.shape[1], np.int32(q.shape[2]), out.shape[2]
    low, high = number(1), number(top)
    begin, step = np.empty(views, q.dtype), np.empty(views, q.dtype)
    for v in range(views):
        step[v] = gain * across[v, 2]
    for p in range(len(q)):
        flat = q[p].reshape(-1)
        for r in rows:
            for v in range(views):
                begin[v] = zero + gain * (across[v, 0] + across[v, 1] * r)
            for j in range(columns):
                total, place = number(0), number(j)
                for v in range(views):
                    u = min(max(begin[v] + place * step[v], low), high)
                    i = np.int32(u)
                    part = u - number(i)
                    k = np.uint32(i + np.int32(v) * stride)
                    total += flat[k] + part * (flat[k + np.uint32(1)] - flat[k])
                out[p, r, j] = total


def add_fan(
    rows: Any, across: Any, ahead: Any, zero: float, gain: float, top: int, curved: bool, numbers: Any, q: Any, out: Any
) -> None:  # fmt: skip
    """``rows`` of planes, each view weighted by the distance of the pixel from the source."""
    number = q.dtype.type
    views, stride, columns = q.shape[1], np.int32(q.shape[2]), out.shape[2]
    low, high, one, origin, factor = number(1), number(top), number(1), number(zero), number(gain)
    a0, a1, b0, b1 = np.empty((4, views), q.dtype)
    for v in range(views):
        a1[v], b1[v] = across[v, 2], ahead[v, 2]
    for p in range(len(q)):
        flat = q[p].reshape(-1)
        for r in rows:
            for v in range(views):
                a0[v] = across[v, 0] + across[v, 1] * r
                b0[v] = ahead[v, 0] + ahead[v, 1] * r
            for j in range(columns):
                total, place = number(0), number(j)
                if curved:
                    for v in range(views):
                        a, b = a0[v] + place * a1[v], b0[v] + place * b1[v]
                        u = min(max(origin + factor * angle(a, b, numbers), low), high)
                        i = np.int32(u)
                        k = np.uint32(i + np.int32(v) * stride)
                        value = flat[k] + (u - number(i)) * (flat[k + np.uint32(1)] - flat[k])
                        total += value / (a * a + b * b)
                else:
                    for v in range(views):
                        inverse = one / (b0[v] + place * b1[v])
                        u = min(max(origin + factor * (a0[v] + place * a1[v]) * inverse, low), high)
                        i = np.int32(u)
                        k = np.uint32(i + np.int32(v) * stride)
                        value = flat[k] + (u - number(i)) * (flat[k + np.uint32(1)] - flat[k])
                        total += value * inverse * inverse
                out[p, r, j] = total


def angle(a: Any, b: Any, c: Any) -> Any:
    """The arctangent of ``a / b`` for ``b`` > 0; in single precision within 4e-8, by a polynomial of half the angle."""
    if c.itemsize == 8:
        return math.atan(a / b)
    half = a / (b + math.sqrt(a * a + b * b))
    y = half * half
    series = c[0] + y * (c[1] + y * (c[2] + y * (c[3] + y * (c[4] + y * (c[5] + y * (c[6] + y * c[7]))))))
    half += half * y * series
    return half + half
