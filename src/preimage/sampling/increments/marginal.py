"""What a measurement tells of the variances of normal increments, whatever the increments are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.kernels.marginal_loops import choose_variances, exchange_variances, renew_variances
from preimage.machine.compiler import can_compile

__all__ = ["Marginal"]


@dataclass(frozen=True)
class Marginal:
    """The law of variances ``v`` given ``y = H u + s n`` with independent ``u_k ~ N(0, v_k)``, and moves that keep it.

    With ``C = s^2 + H diag(v) H^T`` the density of ``y`` is that of ``N(0, C)``. If ``v_k`` changes by ``d``, its
    logarithm grows by ``(d p_k^2 / (1 + d P_kk) - log(1 + d P_kk)) / 2``, and ``P`` and ``p`` change by a term of rank
    one. So a move costs as much as the entries of ``P`` where it is taken, and nothing where it is not.

    Args:
        power: ``P = H^T C^-1 H``, (B, n, n).
        pull: ``p = H^T C^-1 y``, (B, n).
        variances: ``v``, (B, n), >= 0.

    Source: Liu, "The collapsed Gibbs sampler in Bayesian computations", JASA 89, 1994; the zeros: Ge, Idier, Le
    Carpentier, "Enhanced sampling schemes for MCMC based blind Bernoulli-Gaussian deconvolution", Signal Processing 91,
    2011.
    """

    power: Tensor
    pull: Tensor
    variances: Tensor

    def choose(self, fresh: Tensor, rate: float, uniform: Tensor) -> "Marginal":
        """Which variances are not zero, one after the other, given which of the others are.

        Args:
            fresh: what each is where it is not zero, (B, n), > 0.
            rate: the probability that one is not zero, before anything is measured, in (0, 1).
            uniform: numbers in [0, 1), (B, n).
        """
        logit = math.log(rate / (1 - rate))
        if self._can_compile():
            return Marginal(*choose_variances(self.power, self.pull, self.variances, fresh, logit, uniform))
        found = self
        for k in range(self.variances.shape[1]):
            was, wide = found.variances[:, k], fresh[:, k]
            change = torch.where(was > 0, -was, wide)
            gain = _gain(found.power[:, k, k], found.pull[:, k], change)
            odds = logit + torch.where(was > 0, -gain, gain)
            found = found._changed(k, torch.where(uniform[:, k] < odds.sigmoid(), wide, 0))
        return found

    def renew(self, fresh: Tensor, uniform: Tensor) -> "Marginal":
        """Each variance becomes that of ``fresh``, a draw of the prior, or stays, by the rule of Metropolis.

        Args:
            fresh: (B, n), > 0.
            uniform: numbers in [0, 1), (B, n).
        """
        if self._can_compile():
            return Marginal(*renew_variances(self.power, self.pull, self.variances, fresh, uniform))
        found = self
        for k in range(self.variances.shape[1]):
            was, new = found.variances[:, k], fresh[:, k]
            gain = _gain(found.power[:, k, k], found.pull[:, k], new - was)
            found = found._changed(k, torch.where(uniform[:, k] < gain.exp(), new, was))
        return found

    def exchange(self, partners: Sequence[int], uniform: Tensor) -> "Marginal":
        """Variances change places, one pair after the other, or stay, by the rule of Metropolis.

        The prior does not tell places apart, so that the measurement alone decides: what is large in one place, next
        to where it belongs, moves there at once, where it would have to shrink here first and grow there then.

        Args:
            partners: the place that each of the places is paired with, n numbers in [0, n).
            uniform: numbers in [0, 1), (B, n).
        """
        if self._can_compile():
            places = torch.tensor(partners)
            return Marginal(*exchange_variances(self.power, self.pull, self.variances, places, uniform))
        found = self
        for k, other in enumerate(partners):
            here, there = found.variances[:, k], found.variances[:, other]
            change = there - here
            across, first = found.power[:, k, other], found.power[:, k, k]
            factor = change / (1 + change * first)
            gain = _gain(first, found.pull[:, k], change) + _gain(
                found.power[:, other, other] - factor * across.square(),
                found.pull[:, other] - factor * across * found.pull[:, k],
                -change,
            )
            taken = (uniform[:, k] < gain.exp()) & (change != 0)
            found = found._changed(k, torch.where(taken, there, here))
            found = found._changed(other, torch.where(taken, here, there))
        return found

    def _changed(self, k: int, value: Tensor) -> "Marginal":
        """With ``value`` (B,) in place ``k``."""
        change, column = value - self.variances[:, k], self.power[:, :, k]
        step = (change / (1 + change * column[:, k]))[:, None] * column
        variances = self.variances.clone()
        variances[:, k] = value
        return Marginal(
            self.power - step[:, :, None] * column[:, None, :], self.pull - step * self.pull[:, k, None], variances
        )

    def _can_compile(self) -> bool:
        """Whether the compiled loops may take the place of tensors."""
        parts = (self.power, self.pull, self.variances)
        return all(part.dtype == torch.float64 and can_compile(part) for part in parts)


def _gain(power: Tensor, pull: Tensor, change: Tensor) -> Tensor:
    """By how much a variance that grows by ``change`` raises the logarithm of the density."""
    scale = (1 + change * power).clamp_min(1e-300)  # is above zero, but for rounding
    return (change * pull.square() / scale - scale.log()) / 2
