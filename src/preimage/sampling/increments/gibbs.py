"""Gibbs sampling of signals with independent increments."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._tree import Measurement, leaves
from preimage.errors import CapabilityError
from preimage.optim.variational import back_projection
from preimage.physics import LinearPhysics, Physics
from preimage.sampling.chains import Chains
from preimage.sampling.increments.laws import IncrementLaw
from preimage.sampling.increments.marginal import Marginal
from preimage.sampling.mcmc.mcmc import ChainPlan
from preimage.sampling.posterior import Posterior
from preimage.sampling.posterior_sampler import PosteriorSampler

__all__ = ["IncrementGibbs"]

_MOST = 4096  # entries, of which a matrix is made


class IncrementGibbs(PosteriorSampler):
    """Samples of signals whose increments along the last axis are independent, given ``y = A x + s n``.

    Every row of an image is a signal that starts from zero: ``x_k = u_1 + ... + u_k``. In turn, the increments are
    drawn given their variances, from a normal law by one linear solve, and the variances given the increments. Between
    the two, variances move whatever the increments are: each to another draw of its prior (or to zero and back, where
    increments may be zero), and pairs of them change places, neighbours first and then any. So jumps find their places
    in few sweeps: samples of successive sweeps are nearly independent. The chain has no step size and its law is the
    posterior itself. Matrices of the operator are made, so that signals are short: at most 4096 entries; the time of a
    sweep grows with the third power of the number of measurements or increments, whichever is larger.

    Args:
        law: the law of the increments.
        plan: how long the chains are; ``ChainPlan()`` by default.

    Source: Geman, Yang, "Nonlinear image recovery with half-quadratic regularization", TIP 4, 1995; the moves:
    Liu, "The collapsed Gibbs sampler in Bayesian computations", JASA 89, 1994; the zeros: Ge, Idier, Le Carpentier,
    "Enhanced sampling schemes for MCMC based blind Bernoulli-Gaussian deconvolution", Signal Processing 91, 2011.
    """

    def __init__(self, law: IncrementLaw, plan: ChainPlan | None = None) -> None:
        super().__init__()
        self.law = law
        self.plan = plan or ChainPlan()

    @torch.no_grad()
    def sample(self, y: Measurement, physics: Physics) -> Posterior:
        """Samples of the signals behind ``y``, chain by chain.

        Raises:
            CapabilityError: the physics is not linear, its noise is not white and Gaussian or absent, images are
                complex, or have more entries than a matrix should.
        """
        like = back_projection(y, physics)
        problem = _problem(y, physics, like)
        kept = []
        for number in range(self.plan.chains):
            chains = Chains.seeded(self.plan.seed, len(like), number, alike=True, device=like.device)
            variances = self.law.draw_variances(problem.H[:, 0], chains)
            for step in range(1, self.plan.burn_in + self.plan.samples * self.plan.thinning + 1):
                moved = self._moved(problem, variances, chains)
                u = problem.draw(moved, chains)
                variances = torch.where(moved > 0, self.law.variances_given(u, chains), 0)
                if step > self.plan.burn_in and (step - self.plan.burn_in) % self.plan.thinning == 0:
                    kept.append(u.unflatten(1, like.shape[1:]).cumsum(-1).to(like))
        return Posterior(torch.stack(kept, 1), self.plan.chains)

    def _moved(self, problem: "_Problem", variances: Tensor, chains: Chains) -> Tensor:
        """Variances (B, n) after moves that keep their law given ``y``, whatever the increments are."""
        fresh, uniform, n = self.law.draw_variances(variances, chains), chains.uniform, variances.shape[1]
        if self.law.rate == 1 and torch.equal(fresh, variances):
            return variances  # they are not random
        marginal = problem.marginal(variances)
        if self.law.rate == 1:
            marginal = marginal.renew(fresh, uniform(variances))
        else:
            marginal = marginal.choose(torch.where(variances > 0, variances, fresh), self.law.rate, uniform(variances))
        marginal = marginal.exchange([(k + 1) % n for k in range(n)], uniform(variances))
        anywhere = (n * uniform(variances)[0]).long().clamp_max(n - 1)
        return marginal.exchange(anywhere.tolist(), uniform(variances)).variances


@dataclass(frozen=True)
class _Problem:
    """``y = H u + sigma n`` in real numbers.

    Attributes:
        y: (B, m).
        H: (B, m, n).
        sigma: (B,).
    """

    y: Tensor
    H: Tensor
    sigma: Tensor

    def draw(self, variances: Tensor, chains: Chains) -> Tensor:
        """Increments of these variances given ``y``: a draw of the prior, moved by what it does not explain."""
        start = variances.sqrt() * chains.normal(variances)
        gap = self.y - self._of(start) - self.sigma[:, None] * chains.normal(self.y)
        weight = torch.cholesky_solve(gap[..., None], torch.linalg.cholesky(self._covariance(variances)))[..., 0]
        return start + variances * torch.einsum("bmn,bm->bn", self.H, weight)

    def marginal(self, variances: Tensor) -> Marginal:
        """What ``y`` tells of the variances (B, n), which now are these."""
        both = torch.cat([self.H, self.y[..., None]], 2)
        solved = torch.cholesky_solve(both, torch.linalg.cholesky(self._covariance(variances)))
        found = self.H.mT @ solved
        return Marginal(found[..., :-1], found[..., -1], variances)

    def _of(self, u: Tensor) -> Tensor:
        return torch.einsum("bmn,bn->bm", self.H, u)

    def _covariance(self, variances: Tensor) -> Tensor:
        noise = torch.diag_embed(self.sigma.square()[:, None].expand_as(self.y))
        return noise + torch.einsum("bin,bn,bjn->bij", self.H, variances, self.H)


def _problem(y: Measurement, physics: Physics, like: Tensor) -> _Problem:
    level = physics.noise.gaussian_sigma
    if not isinstance(physics, LinearPhysics) or level is None or bool((torch.as_tensor(level) == 0).any()):
        raise CapabilityError(
            f"`physics` must be linear with white Gaussian noise, got {type(physics).__name__} with "
            f"{type(physics.noise).__name__}; take MCMC."
        )
    size = like[:1].numel()
    if like.is_complex() or size > _MOST:
        raise CapabilityError(
            f"`y` must belong to real signals of at most {_MOST} entries, got {like.dtype} of {size}; take MCMC."
        )
    units = torch.eye(size, dtype=like.dtype, device=like.device).unflatten(1, like.shape[1:])
    columns = torch.stack([_flat(physics.A(unit.expand_as(like).contiguous())) for unit in units], 2)
    rows = columns.unflatten(2, like.shape[1:])
    H = rows.flip(-1).cumsum(-1).flip(-1).flatten(2)  # of increments
    sigma = torch.as_tensor(level, dtype=torch.float64, device=like.device).expand(len(like))
    return _Problem(_flat(y), H, sigma)


def _flat(y: Measurement) -> Tensor:
    """All entries as real numbers in double precision, (B, m)."""
    parts = [torch.view_as_real(leaf.resolve_conj()) if leaf.is_complex() else leaf for leaf in leaves(y)]
    return torch.cat([part.flatten(1).double() for part in parts], 1)
