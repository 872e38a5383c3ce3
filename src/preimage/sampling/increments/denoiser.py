"""The mean of signals with independent increments given a noisy one."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage._shapes import per_image
from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.sampling.chains import Chains
from preimage.sampling.increments.laws import IncrementLaw
from preimage.sampling.increments.walk import Walk

__all__ = ["IncrementDenoiser"]


class IncrementDenoiser(Denoiser):
    """``D(x, sigma) = E[x0 | x0 + sigma n = x]`` for signals whose increments along the last axis are independent.

    With it everything that takes a denoiser, guidance above all, can be held against :class:`IncrementGibbs`. A chain
    draws the variances of the increments, with moves whatever the increments are, as :class:`IncrementGibbs` has them;
    given the variances the mean is that of a Gaussian walk, which takes one pass down
    and one up the signal, and the means are averaged. So it is exact but for the length of the chain, whose random
    numbers are the same in every call and for every row. The derivative is ``Cov(x0 | x) / sigma^2`` as the chain has
    it: the mean of the covariances given the variances, and the covariance of the means.

    Args:
        law: the law of the increments.
        sweeps: steps of the chain whose means are averaged, >= 1.
        burn_in: steps before them, >= 0.
        seed: >= 0.

    Shapes: ``x`` (B, C, H, W), real; every row is a signal that starts from zero.

    Raises:
        ArgumentError: a number is out of its range; (in a call) ``sigma`` is not above zero.

    Source: Gerlach, Carter, Kohn, "Efficient Bayesian inference for dynamic mixture models", JASA 95, 2000, for
    increments that may be zero; the mean and the covariance by their definition.
    """

    def __init__(self, law: IncrementLaw, sweeps: int = 24, burn_in: int = 8, seed: int = 0) -> None:
        super().__init__()
        check_count("sweeps", sweeps, "their mean is the result")
        check_count("burn_in", burn_in, "0 keeps all", least=0)
        check_count("seed", seed, "it tells runs apart", least=0)
        self.law = law
        self.sweeps = sweeps
        self.burn_in = burn_in
        self.seed = seed

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The mean of each row's signal."""
        level = per_image(sigma, x).double().expand(*x.shape[:-1], 1).reshape(-1, 1)
        if not bool((level > 0).all()):
            raise ArgumentError(f"`sigma` must be above zero, got {sigma}; without noise the signal is known.")
        rows = x.double().reshape(-1, x.shape[-1])
        return _Mean.apply(rows, level, self._variances).reshape(x.shape).to(x)

    def _variances(self, rows: Tensor, level: Tensor) -> Tensor:
        """The variances of each sweep, (sweeps, R, n), zero where an increment is."""
        chains = Chains.seeded(self.seed, len(rows), alike=True, device=rows.device)
        variances, kept = self.law.draw_variances(rows, chains), []
        for step in range(self.burn_in + self.sweeps):
            variances = self._moved(rows, level, variances, chains)
            if step >= self.burn_in:
                kept.append(variances)
            x = Walk(rows, level, variances).draw(chains.normal(rows))
            u = x.diff(dim=-1, prepend=torch.zeros_like(x[:, :1]))
            variances = torch.where(variances > 0, self.law.variances_given(u, chains), 0)
        return torch.stack(kept)

    def _moved(self, rows: Tensor, level: Tensor, variances: Tensor, chains: Chains) -> Tensor:
        """Variances after moves that keep their law given ``rows``, whatever the increments are."""
        fresh, uniform = self.law.draw_variances(variances, chains), chains.uniform
        if self.law.rate == 1 and torch.equal(fresh, variances):
            return variances  # they are not random
        walk = Walk(rows, level, variances)
        if self.law.rate == 1:
            moved = walk.renew(fresh, uniform(rows))
        else:
            wide = torch.where(variances > 0, variances, fresh)
            moved = torch.where(walk.choose(wide, self.law.rate, uniform(rows)), wide, 0)
        return Walk(rows, level, moved).exchange(uniform(rows))


class _Mean(torch.autograd.Function):
    """The mean of the walks' means; its derivative is the covariance of the signal over ``level^2``."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, level: Tensor, chain: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        variances = chain(rows, level)
        means = Walk(rows, level, variances).mean()
        mean = means.mean(0)
        ctx.save_for_backward(level, variances, means - mean)
        return mean

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        level, variances, gaps = ctx.saved_tensors
        along = (gaps * grads[0]).sum(-1, keepdim=True) * gaps
        return Walk(grads[0], level, variances).mean().mean(0) + along.mean(0) / level.square(), None, None
