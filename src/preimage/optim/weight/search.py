"""Reconstructions for one weight after another, and the curve they make."""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from preimage._module import Module
from preimage._tree import Measurement, add, leaves
from preimage._worker import Worker
from preimage.errors import ConvergenceError
from preimage.fidelity import Likelihood
from preimage.optim.stop import StoppingRule
from preimage.optim.variational import Variational
from preimage.optim.weight.criterion import Criterion, Series, Trial

__all__ = ["WeightSearch"]

_MOST_PROPOSALS = 60


@dataclass(frozen=True)
class SameSteps(StoppingRule):
    """Stop every sample after as many ``steps`` (B,) as another run took, for the difference to be a derivative."""

    steps: Tensor

    def measure(self, f: Any, g: Any, old: Any, new: Any) -> Tensor:
        """How many are left."""
        return (self.steps - new.k).clamp_min(0).to(new.x.real.dtype)


@dataclass
class WeightSearch(Worker):
    """Tries weights for a measurement, sample by sample, and keeps what came of each.

    Every reconstruction starts from the one with the nearest weight.

    Attributes:
        model: the method.
        prior: the prior of the method, with weight one.
        likelihood: the likelihood of the measurement.
        criterion: what is looked for.
        name: the name of the weight.
        shifts: changes of the measurement under which the criterion looks, too.
        tried: logarithms of the weights, (B,) each, infinite where a sample was not looked at.
        found: the reconstructions from the measurement and from its changes.
        measured: what the criterion wants to know of them.
    """

    model: Variational
    prior: Module
    likelihood: Likelihood
    criterion: Criterion
    name: str
    shifts: tuple[Measurement, ...]
    tried: list[Tensor] = field(default_factory=list, init=False)
    found: list[tuple[Tensor, ...]] = field(default_factory=list, init=False)
    measured: list[Series] = field(default_factory=list, init=False)

    def scan(self, points: Tensor) -> None:
        """Try ``points`` (points, B) in turn; a sample whose criterion has settled is left alone."""
        active = torch.ones(points.shape[1], dtype=torch.bool)
        for t in points:
            if not bool(active.any()):
                return
            self.try_weights(t, active)
            active &= torch.tensor([not self.criterion.settled(self.curve(b)[1]) for b in range(len(active))])

    def refine(self, tol: float) -> None:
        """Try what the criterion proposes until it is done with every sample."""
        for _ in range(_MOST_PROPOSALS):
            curves = [self.curve(b) for b in range(len(self.tried[0]))]
            proposed = [self.criterion.propose(t, values, tol) for t, values, _ in curves]
            active = torch.tensor([t is not None for t in proposed])
            if not bool(active.any()):
                return
            t = [float(curve[0][0]) if new is None else new for new, curve in zip(proposed, curves, strict=True)]
            self.try_weights(torch.tensor(t, dtype=torch.float64), active)

    def curve(self, sample: int) -> tuple[Tensor, Tensor, Series]:
        """Increasing logarithms of the weights tried for a ``sample``, the values there, and the series."""
        t = torch.stack(self.tried)[:, sample]
        order = t.argsort()[: int(t.isfinite().sum())]
        series = {name: torch.stack([row[name][sample] for row in self.measured])[order] for name in self.measured[0]}
        return t[order], self.criterion.values(t[order], series), series

    def try_weights(self, t: Tensor, active: Tensor) -> None:
        """Reconstruct with the weights ``exp(t)`` (B,), and note the outcome for the ``active`` samples."""
        x, steps = self.reconstruct(t)
        y, rule = self.likelihood.y, SameSteps(0.0, steps)
        moved = [self._solve(t, add(y, shift), 1 + i, rule)[0] for i, shift in enumerate(self.shifts)]
        trial = Trial(self.likelihood, self.prior, x, tuple(moved), self.shifts)
        self.measured.append({k: v.double().cpu() for k, v in self.criterion.measure(trial).items()})
        self.found.append((x, *moved))
        self.tried.append(torch.where(active, t, torch.inf))

    def reconstruct(self, t: Tensor) -> tuple[Tensor, Tensor]:
        """The reconstruction with the weights ``exp(t)``, and how many steps it took."""
        return self._solve(t, self.likelihood.y, 0, self.model.tol)

    def with_weight(self, weight: Tensor, tol: Any, init: Any = None) -> Variational:
        """The model with ``weight`` (B,) in its prior."""
        prior = self.prior.replace(**{self.name: weight})
        return self.model.replace(prior=prior, init=init or self.model.init, tol=tol)

    def _solve(self, t: Tensor, y: Measurement, which: int, tol: Any) -> tuple[Tensor, Tensor]:
        weight = t.exp().to(leaves(self.likelihood.y)[0].real)
        model = self.with_weight(weight, tol, (lambda *_: self._nearest(t, which)) if self.tried else None)
        solution = model.solve(y, self.likelihood.physics)
        if solution.failures():
            raise ConvergenceError(
                f"{solution.failures()} with the weights {t.exp().tolist()}; narrow the range by `low` and `high`, or "
                "take a shorter `step_size`."
            )
        return solution.x, solution.steps

    def _nearest(self, t: Tensor, which: int) -> Tensor:
        index = (torch.stack(self.tried) - t).abs().argmin(0).tolist()
        return torch.stack([self.found[i][which][b] for b, i in enumerate(index)])
