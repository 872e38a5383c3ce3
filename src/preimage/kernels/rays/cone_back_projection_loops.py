"""Back-projection of filtered views of a cone as compiled loops.

The voxels above a pixel lie behind one line of the detector for each view: the two columns beside it are blended once.
"""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.kernels.rays.voxel_rays import VoxelRays
from preimage.machine.compiler import compiled
from preimage.machine.threads import side_by_side

__all__ = ["back_project_cone_by_loops"]


def back_project_cone_by_loops(q: Tensor, rays: VoxelRays) -> Tensor:
    """:func:`preimage.kernels.rays.cone_back_projection.back_project_cone` for views on a CPU, not recorded."""
    plane = rays.plane
    columns = torch.nn.functional.pad(q.transpose(2, 3), (0, 0, 1, 1)).contiguous().numpy()  # (P, V, K + 2, M)
    out = q.new_zeros(len(q), *plane.shape, rays.depth)
    numbers = (plane.across.numpy(), plane.ahead.numpy(), plane.zero + 1, plane.gain, plane.is_curved)
    arguments = (*numbers, rays.lift, rays.middle, rays.seen.numpy(), columns, out.numpy())
    pieces = [part.numpy() for part in torch.arange(plane.shape[0]).chunk(torch.get_num_threads())]
    loops = compiled(add_views)
    with side_by_side(q.device, len(pieces)) as each:
        list(each(lambda rows: loops(rows, *arguments), pieces))
    return out.permute(0, 3, 1, 2).contiguous()


def add_views(
    rows: Any, across: Any, ahead: Any, zero: float, gain: float, curved: bool, lift: float, middle: float, seen: Any,
    q: Any, out: Any,
) -> None:  # fmt: skip
    """``rows`` of volumes (P, H, W, D); views (P, V, K, M) begin and end with a zero column."""
    number = q.dtype.type
    planes, views, last, cells = q.shape[0], q.shape[1], q.shape[2] - 1, q.shape[3]
    width, depth = out.shape[2], out.shape[3]
    nothing, top = number(0), number(cells - 1)
    line = np.zeros(cells + 1, q.dtype)
    for p in range(planes):
        for i in rows:
            for j in range(width):
                if not seen[i, j]:
                    continue
                total = out[p, i, j]
                for v in range(views):
                    a = across[v, 0] + across[v, 1] * i + across[v, 2] * j
                    b = ahead[v, 0] + ahead[v, 1] * i + ahead[v, 2] * j
                    u = zero + gain * (math.atan(a / b) if curved else a / b)
                    if u <= 0 or u >= last:
                        continue
                    squared = a * a + b * b if curved else b * b
                    k = int(u)
                    right = number((u - k) / squared)
                    left = number((k + 1 - u) / squared)
                    step = number(lift / math.sqrt(squared))
                    start = number(middle - (depth - 1) / 2 * (lift / math.sqrt(squared)))
                    low = max(min(int(start), cells - 1), 0)
                    high = max(min(int(start + step * number(depth - 1)) + 2, cells), low + 1)
                    before, after = q[p, v, k], q[p, v, k + 1]
                    for m in range(low, high):
                        line[m] = left * before[m] + right * after[m]
                    line[high] = line[high - 1]
                    for d in range(depth):
                        t = min(max(start + step * number(np.int32(d)), nothing), top)
                        n = np.int32(t)
                        m = np.uint32(n)
                        total[d] += line[m] + (t - number(n)) * (line[m + np.uint32(1)] - line[m])
