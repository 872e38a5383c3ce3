import dataclasses
from dataclasses import dataclass
from typing import Any

import pytest
import torch

from preimage.optim import FISTA, PGD
from preimage.testing import check_algorithm
from tests.example import quadratic, random

X = random(2, 3, 6, 5, seed=2)


@dataclass(frozen=True)
class Shared(PGD):
    """One step size for the batch."""

    def prepare(self, f: Any, g: Any, x: torch.Tensor) -> Any:
        made = super().prepare(f, g, x)
        return dataclasses.replace(made, step_size=torch.as_tensor(made.step_size) / x.abs().max())


@dataclass(frozen=True)
class Stuck(PGD):
    """Never counts."""

    def step(self, f: Any, g: Any, state: Any) -> Any:
        return dataclasses.replace(super().step(f, g, state), k=0)


@dataclass(frozen=True)
class InPlace(PGD):
    """Overwrites the state."""

    def step(self, f: Any, g: Any, state: Any) -> Any:
        state.x.mul_(0.9)
        return super().step(f, g, state)


@dataclass(frozen=True)
class Fading(PGD):
    """Steps that shrink, without saying so."""

    def step(self, f: Any, g: Any, state: Any) -> Any:
        new = super().step(f, g, state)
        return dataclasses.replace(new, x=state.x + (new.x - state.x) / (1 + state.k))


@dataclass(frozen=True)
class Together(PGD):
    """One residual for the batch."""

    def residual(self, old: Any, new: Any) -> torch.Tensor:
        return super().residual(old, new).max()


@pytest.mark.parametrize("algorithm", [PGD(), FISTA()])
def test_an_algorithm_passes(algorithm):
    check_algorithm(algorithm, *quadratic(), X)


@pytest.mark.parametrize(
    ("algorithm", "message"),
    [
        (Shared(), "prepared twice"),
        (Stuck(), "moves the counter"),
        (InPlace(), "changed the state"),
        (Fading(), "though the step is stationary"),
        (Together(), "the residual has shape"),
    ],
)
def test_faults_are_found(algorithm, message):
    with pytest.raises(AssertionError, match=f"{type(algorithm).__name__}: .*{message}"):
        check_algorithm(algorithm, *quadratic(), X.clone())
