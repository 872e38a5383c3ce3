"""A fixed number of steps of an algorithm, with learned numbers and networks."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from preimage._ranges import check_count
from preimage._tree import Measurement, leaves
from preimage.errors import ArgumentError, CapabilityError
from preimage.fidelity import likelihood
from preimage.optim.algorithm import Algorithm
from preimage.optim.unrolled.gradient import GradientRule, Stored
from preimage.optim.unrolled.learned import LearnedFields, Shared
from preimage.optim.unrolled.reversible import Reversible
from preimage.optim.variational import back_projection
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor

__all__ = ["Unrolled"]


class Unrolled(Reconstructor):
    r"""``n_steps`` steps of an algorithm on ``f + g_k``, trained as a network.

    ``f`` is the negative log-likelihood of the noise of the physics. Whatever the prior has as parameters is learned,
    together with the numbers named in ``learn``: "step_size" is one factor per step on the step size the algorithm
    picks for the physics at hand, or one number per step where the algorithm was given one; ``Shared("step_size")`` is
    the same for all steps; "weight", "sigma" are fields of the prior. Gradients to the measurement and the physics pass
    through the step sizes that the algorithm picks, too.

    Args:
        algorithm: whose steps are unrolled.
        prior: one for all steps, or a sequence of ``n_steps`` priors, each step with its own network.
        n_steps: number of steps, >= 1.
        learn: names of positive numbers of the algorithm or the prior.
        init: ``(y, physics) -> x0``; by default the back-projection ``A^H y / ||A||^2`` of a linear physics.
        gradient: how the loop is differentiated: :class:`Stored`, :class:`Checkpointed` or :class:`Reversible`.

    Raises:
        FieldError: ``learn`` names no field of the algorithm or the prior.

    Source: Gregor & LeCun 2010; Monga, Li, Eldar 2021.
    """

    def __init__(
        self,
        algorithm: Algorithm,
        prior: nn.Module | Sequence[nn.Module],
        n_steps: int,
        learn: Sequence[str | Shared] = (),
        init: Callable[[Measurement, Physics], Tensor] = back_projection,
        gradient: GradientRule | None = None,
    ) -> None:
        super().__init__()
        if isinstance(prior, nn.Module) and not isinstance(prior, nn.ModuleList):
            prior = [prior]
        priors: list[nn.Module] = list(prior)
        check_count("n_steps", n_steps, "give a number of steps")
        if len(priors) not in (1, n_steps):
            raise ArgumentError(
                f"`prior` must be one or `n_steps` priors, got {len(priors)} for {n_steps} steps; give one per step."
            )
        self.algorithm = algorithm
        self.priors = nn.ModuleList(priors)
        self.n_steps = n_steps
        self.learn = tuple(learn)
        self.learned = LearnedFields(algorithm, priors[0], learn, n_steps)
        self.init = init
        self.gradient = Stored() if gradient is None else gradient

    @property
    def prior(self) -> nn.ModuleList:
        """The priors: one, or one for each step."""
        return self.priors

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``."""
        if isinstance(self.gradient, Reversible) and torch.is_grad_enabled():
            _refuse_gradients(y, physics)
        f, x = likelihood(physics, y), self.init(y, physics)
        algorithm = self.algorithm.prepare(f, self.priors[0], x)

        def terms(k: int) -> tuple[Algorithm, Any]:
            prior = self.priors[min(k, len(self.priors) - 1)]
            return self.learned.algorithm_at(algorithm, k), self.learned.prior_at(algorithm, prior, k)

        # Constructors look at their numbers. On a GPU that waits for it, which costs little before the loop.
        ready = [] if torch.is_grad_enabled() else [terms(k) for k in range(self.n_steps)]

        def step(k: int, state: Any) -> Any:
            now, prior = ready[k] if ready else terms(k)
            return now.step(f, prior, state)

        return self.gradient.run(step, algorithm.init(x), self.n_steps, list(self.parameters())).x


def _refuse_gradients(y: Measurement, physics: Physics) -> None:
    tensors = [*leaves(y), *physics.parameters(), *physics.buffers()]
    if any(tensor.requires_grad for tensor in tensors):
        raise CapabilityError(
            "neither `y` nor `physics` may ask for a gradient with Reversible, got one that does; use Checkpointed()."
        )
