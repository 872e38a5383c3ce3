"""Moves of the variances of increments as compiled loops, one signal after the other."""

import math
from typing import Any

import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["choose_variances", "exchange_variances", "renew_variances"]

Parts = tuple[Tensor, Tensor, Tensor]
"""Power (B, n, n), pull (B, n) and variances (B, n)."""


def choose_variances(
    power: Tensor, pull: Tensor, variances: Tensor, fresh: Tensor, logit: float, uniform: Tensor
) -> Parts:
    """:meth:`preimage.sampling.increments.marginal.Marginal.choose`, for double precision on a CPU, not recorded."""
    parts = _copies(power, pull, variances)
    compiled(write_zeros)(*(part.numpy() for part in parts), _array(fresh), logit, _array(uniform))
    return parts


def renew_variances(power: Tensor, pull: Tensor, variances: Tensor, fresh: Tensor, uniform: Tensor) -> Parts:
    """:meth:`preimage.sampling.increments.marginal.Marginal.renew`, likewise."""
    parts = _copies(power, pull, variances)
    compiled(write_renewal)(*(part.numpy() for part in parts), _array(fresh), _array(uniform))
    return parts


def exchange_variances(power: Tensor, pull: Tensor, variances: Tensor, partners: Tensor, uniform: Tensor) -> Parts:
    """:meth:`preimage.sampling.increments.marginal.Marginal.exchange`, likewise; ``partners`` are (n,)."""
    parts = _copies(power, pull, variances)
    compiled(write_exchange)(*(part.numpy() for part in parts), partners.numpy(), _array(uniform))
    return parts


def _copies(power: Tensor, pull: Tensor, variances: Tensor) -> Parts:
    layout = torch.contiguous_format
    return power.clone(memory_format=layout), pull.clone(memory_format=layout), variances.clone(memory_format=layout)


def _array(x: Tensor) -> Any:
    return x.contiguous().numpy()


def write_zeros(power: Any, pull: Any, variances: Any, fresh: Any, logit: float, uniform: Any) -> None:
    """Write over the three which variances are not zero."""
    for row in range(len(pull)):
        for k in range(pull.shape[1]):
            was = variances[row, k]
            change = -was if was > 0 else fresh[row, k]
            gain = growth(power[row, k, k], pull[row, k], change)
            odds = logit - gain if was > 0 else logit + gain
            new = fresh[row, k] if uniform[row, k] * (1 + math.exp(-odds)) < 1 else 0.0
            write_change(power[row], pull[row], k, new - was)
            variances[row, k] = new


def write_renewal(power: Any, pull: Any, variances: Any, fresh: Any, uniform: Any) -> None:
    """Write over the three which variances are those of ``fresh``."""
    for row in range(len(pull)):
        for k in range(pull.shape[1]):
            change = fresh[row, k] - variances[row, k]
            if uniform[row, k] < math.exp(growth(power[row, k, k], pull[row, k], change)):
                write_change(power[row], pull[row], k, change)
                variances[row, k] = fresh[row, k]


def write_exchange(power: Any, pull: Any, variances: Any, partners: Any, uniform: Any) -> None:
    """Write over the three which variances have changed places."""
    for row in range(len(pull)):
        for k in range(pull.shape[1]):
            other = partners[k]
            here, there = variances[row, k], variances[row, other]
            change, across = there - here, power[row, k, other]
            if change == 0:
                continue
            factor = change / (1 + change * power[row, k, k])
            gain = growth(power[row, k, k], pull[row, k], change) + growth(
                power[row, other, other] - factor * across * across,
                pull[row, other] - factor * across * pull[row, k],
                -change,
            )
            if uniform[row, k] < math.exp(gain):
                write_change(power[row], pull[row], k, change)
                write_change(power[row], pull[row], other, -change)
                variances[row, k], variances[row, other] = there, here


def write_change(power: Any, pull: Any, k: int, change: float) -> None:
    """Write the terms of rank one that ``change`` of the variance in place ``k`` makes."""
    if change == 0:
        return
    factor, drawn = change / (1 + change * power[k, k]), pull[k]
    column = power[k].copy()
    for i in range(len(pull)):
        step = factor * column[i]
        pull[i] -= step * drawn
        for j in range(len(pull)):
            power[i, j] -= step * column[j]


def growth(power: float, pull: float, change: float) -> float:
    """By how much a variance that grows by ``change`` raises the logarithm of the density."""
    scale = max(1 + change * power, 1e-300)
    return (change * pull * pull / scale - math.log(scale)) / 2
