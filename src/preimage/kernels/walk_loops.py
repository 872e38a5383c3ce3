"""Gaussian walks seen in noise as compiled loops, one walk after the other."""

import math
from typing import Any

import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["choose_in_loops", "draw_in_loops", "renew_in_loops", "swap_in_loops"]


def draw_in_loops(y: Tensor, level: Tensor, variances: Tensor, normal: Tensor) -> Tensor:
    """:meth:`preimage.sampling.increments.walk.Walk.draw` for double precision on a CPU, not recorded."""
    shape = torch.broadcast_shapes(y.shape, variances.shape)
    path = torch.empty(shape, dtype=y.dtype)
    arrays = [_rows(each, shape) for each in (y, variances, normal)]
    compiled(write_draw)(arrays[0], _numbers(level, shape), arrays[1], arrays[2], path.flatten(0, -2).numpy())
    return path


def choose_in_loops(
    y: Tensor, level: Tensor, variances: Tensor, fresh: Tensor, logit: float, uniform: Tensor
) -> Tensor:
    """:meth:`preimage.sampling.increments.walk.Walk.choose`, likewise; ``fresh`` are variances of steps not zero."""
    shape = torch.broadcast_shapes(y.shape, variances.shape)
    chosen = torch.empty(shape, dtype=torch.bool)
    arrays = [_rows(each, shape) for each in (y, variances, fresh, uniform)]
    compiled(write_choice)(
        arrays[0], _numbers(level, shape), arrays[1], arrays[2], logit, arrays[3], chosen.flatten(0, -2).numpy()
    )
    return chosen


def renew_in_loops(y: Tensor, level: Tensor, variances: Tensor, fresh: Tensor, uniform: Tensor) -> Tensor:
    """:meth:`preimage.sampling.increments.walk.Walk.renew`, likewise."""
    found = variances.expand(y.shape).clone(memory_format=torch.contiguous_format)
    arrays = [_rows(each, y.shape) for each in (fresh, uniform)]
    compiled(write_renewed)(_rows(y, y.shape), _numbers(level, y.shape), found.flatten(0, -2).numpy(), *arrays)
    return found


def swap_in_loops(y: Tensor, level: Tensor, variances: Tensor, uniform: Tensor) -> Tensor:
    """:meth:`preimage.sampling.increments.walk.Walk.exchange`, likewise."""
    found = variances.expand(y.shape).clone(memory_format=torch.contiguous_format)
    numbers, rows = _numbers(level, y.shape), found.flatten(0, -2).numpy()
    compiled(write_exchanged)(_rows(y, y.shape), numbers, rows, _rows(uniform, y.shape))
    return found


def _rows(x: Tensor, shape: torch.Size) -> Any:
    return x.expand(shape).flatten(0, -2).contiguous().numpy()


def _numbers(level: Tensor, shape: torch.Size) -> Any:
    return level.expand(*shape[:-1], 1).flatten().contiguous().numpy()


def write_draw(y: Any, level: Any, variances: Any, normal: Any, path: Any) -> None:
    """Write a draw of each of the walks (R, n)."""
    steps = y.shape[1]
    weights, pulls = y[0].copy(), y[0].copy()
    for row in range(len(y)):
        write_later(y[row], level[row], variances[row], weights, pulls)
        x = 0.0
        for k in range(steps):
            v = variances[row, k]
            shrink = 1 / (1 + v * weights[k])
            x = (x + v * pulls[k]) * shrink + math.sqrt(v * shrink) * normal[row, k]
            path[row, k] = x


def write_choice(y: Any, level: Any, variances: Any, fresh: Any, logit: float, uniform: Any, chosen: Any) -> None:
    """Write which steps of the walks (R, n) are not zero."""
    steps = y.shape[1]
    weights, pulls = y[0].copy(), y[0].copy()
    for row in range(len(y)):
        write_later(y[row], level[row], variances[row], weights, pulls)
        mean, spread, noise = 0.0, 0.0, level[row] * level[row]
        for k in range(steps):
            w, h, wide = weights[k], pulls[k], spread + fresh[row, k]
            odds = logit + evidence(mean, wide, w, h) - evidence(mean, spread, w, h)
            now = uniform[row, k] * (1 + math.exp(-odds)) < 1
            chosen[row, k] = now
            ahead = wide if now else spread
            gain = ahead / (ahead + noise)
            mean += gain * (y[row, k] - mean)
            spread = gain * noise


def write_renewed(y: Any, level: Any, variances: Any, fresh: Any, uniform: Any) -> None:
    """Write over the variances of the walks (R, n) which are those of ``fresh``."""
    weights, pulls = y[0].copy(), y[0].copy()
    for row in range(len(y)):
        write_later(y[row], level[row], variances[row], weights, pulls)
        mean, spread, noise = 0.0, 0.0, level[row] * level[row]
        for k in range(y.shape[1]):
            w, h, was, new = weights[k], pulls[k], spread + variances[row, k], spread + fresh[row, k]
            if uniform[row, k] < math.exp(min(evidence(mean, new, w, h) - evidence(mean, was, w, h), 0.0)):
                variances[row, k] = fresh[row, k]
            ahead = spread + variances[row, k]
            gain = ahead / (ahead + noise)
            mean += gain * (y[row, k] - mean)
            spread = gain * noise


def write_exchanged(y: Any, level: Any, variances: Any, uniform: Any) -> None:
    """Write over the variances of the walks (R, n) which have changed places with the next."""
    weights, pulls = y[0].copy(), y[0].copy()
    for row in range(len(y)):
        write_later(y[row], level[row], variances[row], weights, pulls)
        mean, spread, noise = 0.0, 0.0, level[row] * level[row]
        for k in range(y.shape[1]):
            if k + 1 < y.shape[1]:
                here, there = variances[row, k], variances[row, k + 1]
                seen, w, h = y[row, k], weights[k + 1], pulls[k + 1]
                change = evidence_of_two(mean, spread + there, here, seen, noise, w, h)
                change -= evidence_of_two(mean, spread + here, there, seen, noise, w, h)
                if uniform[row, k] < math.exp(min(change, 0.0)):
                    variances[row, k], variances[row, k + 1] = there, here
            ahead = spread + variances[row, k]
            gain = ahead / (ahead + noise)
            mean += gain * (y[row, k] - mean)
            spread = gain * noise


def evidence_of_two(mean: float, ahead: float, step: float, seen: float, noise: float, w: float, h: float) -> float:
    """Of ``x ~ N(mean, ahead)`` seen as ``seen`` in noise, and of what is told of it after one more step."""
    total = ahead + noise
    gain, gap = ahead / total, seen - mean
    after = evidence(mean + gain * gap, gain * noise + step, w, h)
    return after - gap * gap / (2 * total) - math.log(total) / 2


def write_later(y: Any, level: float, variances: Any, weights: Any, pulls: Any) -> None:
    """Write what the later ones of ``y`` (n,) tell of each place."""
    power, last = 1 / (level * level), len(y) - 1
    weights[last], pulls[last] = power, y[last] * power
    for k in range(last - 1, -1, -1):
        shrink = 1 / (1 + variances[k + 1] * weights[k + 1])
        weights[k] = weights[k + 1] * shrink + power
        pulls[k] = pulls[k + 1] * shrink + y[k] * power


def evidence(mean: float, variance: float, w: float, h: float) -> float:
    """``log E exp(h x - w x^2 / 2)`` of ``x ~ N(mean, variance)``."""
    scale = 1 + variance * w
    return (h * h * variance + 2 * h * mean - w * mean * mean) / (2 * scale) - math.log(scale) / 2
