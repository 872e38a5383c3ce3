"""Walks with Gaussian steps of given variances, seen in white noise."""

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from preimage.kernels.walk_loops import choose_in_loops, draw_in_loops, renew_in_loops, swap_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["Walk"]


@dataclass(frozen=True)
class Walk:
    """``x_k = x_(k-1) + N(0, v_k)`` from ``x_0 = 0``, seen as ``y_k = x_k + level n_k``.

    What the later ones of ``y`` tell of ``x_k`` is ``exp(h x - w x^2 / 2)``, found from the last to the first; the
    time of everything is proportional to the length.

    Args:
        y: (..., n).
        level: the noise, that broadcasts to (..., 1), > 0.
        variances: ``v``, that broadcasts to (..., n), >= 0.

    Source: the Kalman filter in information form, from the end: Mayne, Automatica 4, 1966.
    """

    y: Tensor
    level: Tensor
    variances: Tensor

    @cached_property
    def later(self) -> tuple[list[Tensor], list[Tensor]]:
        """``w_k`` and ``h_k`` of each place, which ``y_k`` to ``y_n`` tell."""
        power = self.level.square().reciprocal()[..., 0]
        w, h = power, self.y[..., -1] * power
        weights, pulls = [w], [h]
        for k in range(self.y.shape[-1] - 2, -1, -1):
            shrink = 1 / (1 + self.variances[..., k + 1] * w)
            w, h = w * shrink + power, h * shrink + self.y[..., k] * power
            weights.append(w)
            pulls.append(h)
        return weights[::-1], pulls[::-1]

    def draw(self, normal: Tensor | None) -> Tensor:
        """A draw of ``x`` given ``y``, by standard normal numbers like ``y``; without them the mean."""
        if self._can_compile():
            return draw_in_loops(
                self.y, self.level, self.variances, torch.zeros_like(self.y) if normal is None else normal
            )
        weights, pulls = self.later
        x, path = torch.zeros_like(pulls[0]), []
        for k, (w, h) in enumerate(zip(weights, pulls, strict=True)):
            v = self.variances[..., k]
            shrink = 1 / (1 + v * w)
            x = (x + v * h) * shrink
            if normal is not None:
                x = x + (v * shrink).sqrt() * normal[..., k]
            path.append(x)
        return torch.stack(path, -1)

    def mean(self) -> Tensor:
        """``E[x | y]``."""
        return self.draw(None)

    def choose(self, variances: Tensor, rate: float, uniform: Tensor) -> Tensor:
        """Which steps are not zero, one after the other, given which of the others are, whatever ``x`` is.

        Args:
            variances: those of steps that are not zero, like ``y``.
            rate: the probability that one is not, before anything is seen.
            uniform: numbers in [0, 1), like ``y``.
        """
        if self._can_compile():
            logit = math.log(rate / (1 - rate))
            return choose_in_loops(self.y, self.level, self.variances, variances, logit, uniform)
        weights, pulls = self.later
        mean, spread, chosen = torch.zeros_like(pulls[0]), torch.zeros_like(pulls[0]), []
        logit = math.log(rate / (1 - rate))
        for k, (w, h) in enumerate(zip(weights, pulls, strict=True)):
            wide = spread + variances[..., k]
            odds = logit + _evidence(mean, wide, w, h) - _evidence(mean, spread, w, h)
            now = uniform[..., k] < odds.sigmoid()
            chosen.append(now)
            mean, spread = self._seen(k, mean, torch.where(now, wide, spread))
        return torch.stack(chosen, -1)

    def renew(self, fresh: Tensor, uniform: Tensor) -> Tensor:
        """The variances after each became that of ``fresh``, a draw of the prior, or stayed, by the rule of Metropolis.

        Args:
            fresh: like ``y``, >= 0.
            uniform: numbers in [0, 1), like ``y``.
        """
        if self._can_compile():
            return renew_in_loops(self.y, self.level, self.variances, fresh, uniform)
        weights, pulls = self.later
        mean, spread, found = torch.zeros_like(pulls[0]), torch.zeros_like(pulls[0]), []
        for k, (w, h) in enumerate(zip(weights, pulls, strict=True)):
            was, new = self.variances[..., k], fresh[..., k]
            change = _evidence(mean, spread + new, w, h) - _evidence(mean, spread + was, w, h)
            found.append(torch.where(uniform[..., k] < change.exp(), new, was))
            mean, spread = self._seen(k, mean, spread + found[-1])
        return torch.stack(found, -1)

    def exchange(self, uniform: Tensor) -> Tensor:
        """The variances after each changed places with the next, one pair after the other, or stayed, likewise.

        The prior does not tell places apart, so that ``y`` alone decides: a jump next to where it belongs moves there
        at once, where its variance would have to shrink here first and grow there then.

        Args:
            uniform: numbers in [0, 1), like ``y``.
        """
        if self._can_compile():
            return swap_in_loops(self.y, self.level, self.variances, uniform)
        weights, pulls = self.later
        mean, spread = torch.zeros_like(pulls[0]), torch.zeros_like(pulls[0])
        found = list(self.variances.expand(self.y.shape).unbind(-1))
        for k, (w, h) in enumerate(zip(weights[1:], pulls[1:], strict=True)):
            here, there = found[k], found[k + 1]
            after, before = self._seen(k, mean, spread + there), self._seen(k, mean, spread + here)
            new = self._told(k, mean, spread + there) + _evidence(after[0], after[1] + here, w, h)
            was = self._told(k, mean, spread + here) + _evidence(before[0], before[1] + there, w, h)
            taken = uniform[..., k] < (new - was).exp()
            found[k], found[k + 1] = torch.where(taken, there, here), torch.where(taken, here, there)
            mean, spread = self._seen(k, mean, spread + found[k])
        return torch.stack(found, -1)

    def _seen(self, k: int, mean: Tensor, ahead: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance of ``x_k ~ N(mean, ahead)`` once ``y_k`` is seen."""
        noise = self.level.square()[..., 0]
        gain = ahead / (ahead + noise)
        return mean + gain * (self.y[..., k] - mean), gain * noise

    def _told(self, k: int, mean: Tensor, ahead: Tensor) -> Tensor:
        """How likely ``y_k`` is, on a logarithmic scale, up to a constant."""
        total = ahead + self.level.square()[..., 0]
        return -(self.y[..., k] - mean).square() / (2 * total) - total.log() / 2

    def _can_compile(self) -> bool:
        """Whether the compiled loops may take the place of tensors."""
        return self.y.dtype == torch.float64 and can_compile(self.y, self.level, self.variances)


def _evidence(mean: Tensor, variance: Tensor, w: Tensor, h: Tensor) -> Tensor:
    """``log E exp(h x - w x^2 / 2)`` of ``x ~ N(mean, variance)``."""
    scale = 1 + variance * w
    return (h.square() * variance + 2 * h * mean - w * mean.square()) / (2 * scale) - scale.log() / 2
