"""Compressed sensing by generative models: the image of a generator that explains a measurement best."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from preimage._ranges import check_count, check_level, check_number
from preimage._shapes import per_image
from preimage._tree import Measurement, leaves
from preimage.errors import ConvergenceError
from preimage.fidelity import likelihood
from preimage.functional import Smooth
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor
from preimage.solve import Callback, History, Solution, iterate, map_state, relative_distance

__all__ = ["CSGM", "LatentSearch", "LatentState"]

_MEAN, _SQUARE, _SMALL = 0.9, 0.999, 1e-8  # of Adam


@dataclass(frozen=True)
class LatentSearch:
    """How :class:`CSGM` looks for the latent numbers.

    Args:
        restarts: starts ``z ~ N(0, I)``, of which the best counts; 10 in the publication for digits, 2 for faces.
        max_steps: steps of Adam for each; 1000 and 500 there.
        rate: the step of Adam, > 0; 0.01 and 0.1 there. It falls in a straight line to a hundredth.
        seed: seed of the starts, which are the same for every image of a batch.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Bora, Jalal, Price, Dimakis, "Compressed sensing using generative models", ICML 2017, section 6; the fall
    of the rate is of this library.
    """

    restarts: int = 2
    max_steps: int = 500
    rate: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_count("restarts", self.restarts, "two are usual")
        check_count("max_steps", self.max_steps, "500 are usual")
        check_level("rate", self.rate, "0.1 is usual")


@dataclass(frozen=True)
class LatentState:
    """How far a search is.

    Attributes:
        x: the best image so far, (B, C, H, W).
        objective: its objective, (B,).
        best: its latent numbers, (B, latent).
        z: those looked at next.
        mean, square: the averages of gradients and of their squares.
        k: the step counter.
    """

    x: Tensor
    objective: Tensor
    best: Tensor
    z: Tensor
    mean: Tensor
    square: Tensor
    k: int = 0


class CSGM(Reconstructor):
    r"""``x_hat = G(z)`` with ``z = argmin_z f(G(z)) + weight ||z||^2 / 2`` for a generator ``G``.

    ``f`` is the data term of the physics and its noise, so that with ``weight = 1`` and ``z ~ N(0, I)`` the result is
    of maximal posterior density in ``z``. For white Gaussian noise ``f = ||A G(z) - y||^2 / (2 sigma^2)``: the
    publication minimises ``||A G(z) - y||^2 + lambda ||z||^2`` with ``lambda = sigma^2 weight``. The problem is not
    convex; of several starts, the best point seen counts, for each image on its own. The generator is asked in
    evaluation mode, whatever mode it is in.

    Args:
        generator: ``G``, from (B, latent) to images of the physics: :class:`DCGANGenerator`, the ``decode`` of
            an autoencoder, or any network.
        latent: how many numbers ``z`` has.
        weight: >= 0, a number or (B,).
        search: how ``z`` is found.

    Raises:
        ArgumentError: a number is out of its range.
        ConvergenceError: (in a call) nothing finite was found.

    Source: Bora, Jalal, Price, Dimakis, "Compressed sensing using generative models", ICML 2017.
    """

    def __init__(
        self, generator: nn.Module, latent: int, weight: float | Tensor = 1.0, search: LatentSearch | None = None
    ) -> None:
        super().__init__()
        check_count("latent", latent, "it is that of the generator")
        check_number("weight", weight, "one is the prior of normal numbers", zero=True)
        self.generator = generator
        self.latent = latent
        self.weight = weight
        self.search = LatentSearch() if search is None else search

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The image of the generator that explains each sample of ``y`` best."""
        solution = self.solve(y, physics)
        if solution.failures():
            raise ConvergenceError(f"{solution.failures()}; take a smaller `rate` in `search`.")
        return solution.x

    def solve(self, y: Measurement, physics: Physics, callbacks: Sequence[Callback] = ()) -> Solution[LatentState]:
        """The best start of each sample, and how it was found; ``state.best`` is its ``z``.

        Args:
            callbacks: called after each step with its number and the state of all starts, one batch after the other.
        """
        first, data, search = leaves(y)[0], likelihood(physics, y), self.search
        rng = torch.Generator().manual_seed(search.seed)
        starts = torch.randn(search.restarts, 1, self.latent, generator=rng, dtype=torch.float64)
        z = starts.expand(-1, len(first), -1).flatten(0, 1).to(first.real)
        with torch.inference_mode(False), _evaluating(self.generator):
            with torch.no_grad():
                x = self.generator(z)
            zeros, worst = torch.zeros_like(z), torch.full_like(z[:, 0], torch.inf)
            solution = iterate(
                lambda state: self._step(data, state),
                LatentState(x, worst, z, z, zeros, zeros),
                search.max_steps,
                callbacks=callbacks,
                residual=lambda old, new: relative_distance(old.z, new.z),
                monitor=lambda state: {"objective": state.objective},
            )
        return _best(solution, search.restarts)

    def _step(self, data: Smooth, state: LatentState) -> LatentState:
        """Look at ``z``, keep it where it is the best so far, and go on."""
        with torch.enable_grad():
            z = state.z.detach().clone().requires_grad_()
            x = self.generator(z)
            pairs = [data.value_and_grad(start) for start in x.detach().chunk(self.search.restarts)]
            (gradient,) = torch.autograd.grad(x, z, torch.cat([slope for _, slope in pairs]))
        z, x = z.detach(), x.detach()
        weight = per_image(self.weight, z[: len(z) // self.search.restarts])
        weight = weight.expand(len(z) // self.search.restarts, 1).repeat(self.search.restarts, 1)
        objective = torch.cat([misfit for misfit, _ in pairs]) + (weight * z.square()).sum(1) / 2
        better = objective < state.objective
        share = state.k / max(self.search.max_steps - 1, 1)
        gradient, k = gradient + weight * z, state.k + 1
        mean = torch.lerp(gradient, state.mean, _MEAN)
        square = torch.lerp(gradient.square(), state.square, _SQUARE)
        change = (mean / (1 - _MEAN**k)) / ((square / (1 - _SQUARE**k)).sqrt() + _SMALL)
        return LatentState(
            torch.where(better.reshape(-1, *(1,) * (x.ndim - 1)), x, state.x),
            torch.where(better, objective, state.objective),
            torch.where(better[:, None], z, state.best),
            z - self.search.rate * (1 - 0.99 * share) * change,
            mean,
            square,
            k,
        )


def _best(solution: Solution[LatentState], restarts: int) -> Solution[LatentState]:
    """Of each sample the start with the smallest objective."""
    count = len(solution.x) // restarts
    device = solution.x.device
    place = solution.state.objective.reshape(restarts, count).argmin(0) * count + torch.arange(count, device=device)
    state = map_state(lambda before, _: before[place], solution.state, solution.state)
    old, here = solution.history, place.cpu()
    history = History(
        old.residual[:, here], old.seconds, {name: values[:, here] for name, values in old.series.items()}
    )
    reason = tuple(solution.reason[index] for index in place.tolist())
    return Solution(state.x, state, solution.steps[place], solution.converged[place], reason, history)


@contextmanager
def _evaluating(network: nn.Module) -> Iterator[None]:
    """``network`` in evaluation mode for a while."""
    modes = [(module, module.training) for module in network.modules()]
    network.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.train(mode)  # parents come before their parts
