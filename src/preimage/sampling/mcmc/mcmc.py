"""Samples of a posterior by a Markov chain."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage._tree import Measurement
from preimage.fidelity import likelihood
from preimage.functional import Smooth, Zero
from preimage.optim.variational import back_projection
from preimage.physics import Physics
from preimage.sampling.chains import Chains
from preimage.sampling.mcmc.base import MarkovKernel
from preimage.sampling.posterior import Posterior
from preimage.sampling.posterior_sampler import PosteriorSampler

__all__ = ["MCMC", "ChainPlan"]


@dataclass(frozen=True)
class ChainPlan:
    """How long chains run, and what is kept of them.

    Args:
        samples: how many are kept of each chain, >= 1.
        thinning: steps from one kept sample to the next, >= 1.
        burn_in: steps before the first one counts, >= 0.
        chains: how many independent chains, >= 1; two or more tell whether they agree.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.
    """

    samples: int = 100
    thinning: int = 10
    burn_in: int = 200
    chains: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        check_count("samples", self.samples, "their mean is the estimate")
        check_count("thinning", self.thinning, "1 keeps every step")
        check_count("burn_in", self.burn_in, "0 counts from the start", least=0)
        check_count("chains", self.chains, "two tell whether they agree")
        check_count("seed", self.seed, "it tells runs apart", least=0)


class MCMC(PosteriorSampler):
    """Draws images from ``exp(-f(x) - g(x))``, with the negative log-likelihood ``f`` and a prior ``g``.

    Chains are run one after the other, in the memory of one; ``posterior.by_chain()`` with
    :mod:`preimage.sampling.diagnostics` tells whether they agree.

    Args:
        kernel: how a step is made.
        prior: ``g``, weight included, which decides the law as the likelihood does; none by default.
        plan: how long the chains are; ``ChainPlan()`` by default.
        fidelity: ``(physics, y) -> f``; by default the negative log-likelihood of the noise.
        init: ``(y, physics) -> x0``; by default the back-projection ``A^H y / ||A||^2``.

    Source: Bayes' rule; each kernel names its own.
    """

    def __init__(
        self,
        kernel: MarkovKernel,
        prior: torch.nn.Module | None = None,
        plan: ChainPlan | None = None,
        fidelity: Callable[[Physics, Measurement], Smooth] | None = None,
        init: Callable[[Measurement, Physics], Tensor] | None = None,
    ) -> None:
        super().__init__()
        self.kernel = kernel
        self.prior = Zero() if prior is None else prior
        self.plan = plan or ChainPlan()
        self.fidelity = fidelity
        self.init = back_projection if init is None else init

    @torch.no_grad()
    def sample(
        self, y: Measurement, physics: Physics, preview: Callable[[int, Any], object] | None = None
    ) -> Posterior:
        """Samples of the images behind ``y``, chain by chain.

        Args:
            y: measurements of a batch.
            physics: what made them.
            preview: called after each step with its number in the chain (the first is 1) and the state.

        Raises:
            CapabilityError: the likelihood or the prior lacks what the kernel needs.
        """
        f = likelihood(physics, y) if self.fidelity is None else self.fidelity(physics, y)
        x = self.init(y, physics)
        kernel = self.kernel.prepare(f, self.prior, x)
        kept = []
        for number in range(self.plan.chains):
            chains = Chains.seeded(self.plan.seed, len(x), number, alike=True, device=x.device)
            state = kernel.init(f, self.prior, x)
            for step in range(1, self.plan.burn_in + self.plan.samples * self.plan.thinning + 1):
                state = kernel.step(f, self.prior, state, chains)
                if preview is not None:
                    preview(step, state)
                if step > self.plan.burn_in and (step - self.plan.burn_in) % self.plan.thinning == 0:
                    kept.append(state.x)
        return Posterior(torch.stack(kept, 1), self.plan.chains)
