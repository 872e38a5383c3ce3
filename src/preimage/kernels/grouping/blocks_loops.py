"""Groups of similar blocks and their filtering as compiled loops."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.kernels.grouping.blocks_tensors import BlockSearch, Filter, Groups, grid
from preimage.machine.compiler import compiled

__all__ = ["filter_by_loops", "match_by_loops"]


def match_by_loops(guide: Tensor, search: BlockSearch) -> Groups:
    """:func:`preimage.kernels.grouping.blocks.match_blocks` for an image on a CPU."""
    rows, columns = (grid(n - search.size, search.stride).numpy() for n in guide.shape)
    places = torch.empty(len(rows) * len(columns), search.most, dtype=torch.int64)
    counts = torch.empty(len(places), dtype=torch.int64)
    compiled(match_all)(
        guide.detach().contiguous().numpy(), rows, columns, search.size, search.reach, search.limit,
        places.numpy(), counts.numpy(),
    )  # fmt: skip
    return Groups(places, counts)


def filter_by_loops(image: Tensor, pilot: Tensor | None, groups: Groups, how: Filter) -> Tensor:
    """:func:`preimage.kernels.grouping.blocks.filter_groups` for an image on a CPU."""
    pixels = image.detach().contiguous()
    guide = pixels if pilot is None else pilot.detach().contiguous()
    total, weights = torch.zeros(2, *image.shape, dtype=image.dtype)
    compiled(filter_all)(
        pixels.numpy(), guide.numpy(), pilot is not None, groups.places.numpy(), groups.counts.numpy(),
        how.forward.to(image).contiguous().numpy(), how.backward.to(image).contiguous().numpy(),
        how.window.to(image).contiguous().numpy(), how.level, total.numpy(), weights.numpy(),
    )  # fmt: skip
    return total / weights


def match_all(
    guide: Any, rows: Any, columns: Any, size: int, reach: int, limit: float, places: Any, counts: Any
) -> None:
    """For each block of the grid the nearest ones so far, in order; what is farther than the last is left early."""
    height, width = guide.shape
    most = places.shape[1]
    nearest = np.empty(most, np.float64)
    bound = np.nextafter(limit * size * size, np.inf)  # a limit that is met counts
    for number in range(len(places)):
        y, x = rows[number // len(columns)], columns[number % len(columns)]
        own = places[number]
        for k in range(most):
            own[k], nearest[k] = y * width + x, np.inf
        nearest[0] = -1
        found = 1
        for v in range(max(0, y - reach), min(height - size, y + reach) + 1):
            for u in range(max(0, x - reach), min(width - size, x + reach) + 1):
                if v == y and u == x:
                    continue
                worst = min(nearest[most - 1], bound)
                distance = difference(guide, y, x, v, u, size, worst)
                if distance >= worst:
                    continue
                at = min(found, most - 1)
                while nearest[at - 1] > distance:
                    nearest[at], own[at] = nearest[at - 1], own[at - 1]
                    at -= 1
                nearest[at], own[at] = distance, v * width + u
                found = min(found + 1, most)
        counts[number] = 1
        while 2 * counts[number] <= found:
            counts[number] *= 2


def difference(guide: Any, y: int, x: int, v: int, u: int, size: int, worst: Any) -> float:
    """The squared difference of two blocks, or some number beyond ``worst``."""
    total = 0.0
    for i in range(size):
        here, there = guide[y + i], guide[v + i]
        line = 0.0
        for j in range(size):
            step = here[x + j] - there[u + j]
            line += step * step
        total += line
        if total >= worst:
            return total
    return total


def filter_all(
    image: Any, pilot: Any, has_pilot: bool, places: Any, counts: Any, forward: Any, backward: Any, window: Any,
    level: float, total: Any, weights: Any,
) -> None:  # fmt: skip
    """Group after group: there, shrink, and back to where the blocks were."""
    size, width = len(forward), image.shape[2]
    most = places.shape[1]
    group, guide = np.empty((most, size, size), image.dtype), np.empty((most, size, size), image.dtype)
    spare, line = np.empty((size, size), image.dtype), np.empty(most, image.dtype)
    for number in range(len(places)):
        count = counts[number]
        for c in range(len(image)):
            for k in range(count):
                y, x = places[number, k] // width, places[number, k] % width
                transform(image[c], y, x, forward, spare, group[k])
                if has_pilot:
                    transform(pilot[c], y, x, forward, spare, guide[k])
            energy = shrink(group, guide, has_pilot, count, level, line)
            weight = 1 / max(energy, 1.0)
            for k in range(count):
                y, x = places[number, k] // width, places[number, k] % width
                transform(group[k], 0, 0, backward, spare, guide[k])
                for i in range(size):
                    for j in range(size):
                        share = weight * window[i, j]
                        total[c, y + i, x + j] += share * guide[k, i, j]
                        weights[c, y + i, x + j] += share


def transform(image: Any, y: int, x: int, matrix: Any, spare: Any, out: Any) -> None:
    """``matrix block matrix^T`` of the block at row ``y`` and column ``x``."""
    size = len(matrix)
    for i in range(size):
        for j in range(size):
            spare[i, j] = 0
        for k in range(size):
            factor = matrix[i, k]
            for j in range(size):
                spare[i, j] += factor * image[y + k, x + j]
    for i in range(size):
        for j in range(size):
            value = spare[i, 0] * matrix[j, 0]
            for k in range(1, size):
                value += spare[i, k] * matrix[j, k]
            out[i, j] = value


def shrink(group: Any, pilot: Any, has_pilot: bool, count: int, level: float, line: Any) -> float:
    """Shrink the Haar coefficients across blocks in place; the sum of the squared gains."""
    size = group.shape[1]
    across(group, count, line)
    if has_pilot:
        across(pilot, count, line)
    energy = 0.0
    for k in range(count):
        for i in range(size):
            for j in range(size):
                if has_pilot:
                    power = pilot[k, i, j] * pilot[k, i, j]
                    sum_of_both = power + level * level
                    gain = power / sum_of_both if sum_of_both > 0 else 0.0
                    group[k, i, j] *= gain
                    energy += gain * gain
                elif abs(group[k, i, j]) > level:
                    energy += 1
                else:
                    group[k, i, j] = 0
    back(group, count, line)
    return energy


def across(group: Any, count: int, line: Any) -> None:
    """Haar's transform of the blocks, pixel by pixel: the mean first, then steps from coarse to fine."""
    half = math.sqrt(0.5)
    for i in range(group.shape[1]):
        for j in range(group.shape[2]):
            n = count
            while n > 1:
                n //= 2
                for k in range(n):
                    line[k] = half * (group[2 * k, i, j] + group[2 * k + 1, i, j])
                    line[n + k] = half * (group[2 * k, i, j] - group[2 * k + 1, i, j])
                for k in range(2 * n):
                    group[k, i, j] = line[k]


def back(group: Any, count: int, line: Any) -> None:
    """The inverse of :func:`across`."""
    half = math.sqrt(0.5)
    for i in range(group.shape[1]):
        for j in range(group.shape[2]):
            n = 1
            while n < count:
                for k in range(n):
                    line[2 * k] = half * (group[k, i, j] + group[n + k, i, j])
                    line[2 * k + 1] = half * (group[k, i, j] - group[n + k, i, j])
                n *= 2
                for k in range(n):
                    group[k, i, j] = line[k]
