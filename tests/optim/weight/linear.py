"""Problems whose reconstruction is linear in the measurement, so that every criterion is known in closed form."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from preimage.optim import Algorithm, Tikhonov, Variational
from preimage.physics import GaussianNoise
from tests.optim.problems import Dense


@dataclass(frozen=True)
class Direct(Algorithm):
    """``argmin f + weight / 2 ||x||^2`` in one step, by the prox of ``f`` at zero."""

    @dataclass(frozen=True)
    class State:
        x: Tensor
        k: int = 0

    def prepare(self, f, g, x):
        return self

    def init(self, x):
        return self.State(x)

    def step(self, f, g, state):
        return self.State(f.prox(torch.zeros_like(state.x), 1 / g.weight), state.k + 1)


def random(*shape: int, seed: int = 0, low: float = 0.0) -> Tensor:
    """Uniform numbers in [low, 1), always the same."""
    return low + (1 - low) * torch.rand(shape, generator=torch.Generator().manual_seed(seed))


MODEL = Variational(Direct(), Tikhonov(1.0), max_steps=5, tol=1e-9)


@dataclass(frozen=True)
class Linear:
    """``y = A x + sigma n`` and Tikhonov's reconstruction, one sample."""

    physics: Dense
    y: Tensor
    sigma: float

    def hat(self, weight: float) -> np.ndarray:
        """``H`` with ``A x_hat = H y``."""
        a = self.physics.matrix.numpy()
        return a @ np.linalg.solve(a.T @ a + weight * self.sigma**2 * np.eye(a.shape[1]), a.T)

    def estimate(self, weight: float) -> np.ndarray:
        a = self.physics.matrix.numpy()
        return np.linalg.solve(a.T @ a + weight * self.sigma**2 * np.eye(a.shape[1]), a.T @ self.y[0].numpy())

    def misfit(self, weight: float) -> float:
        y = self.y[0].numpy()
        return float(np.sum((self.hat(weight) @ y - y) ** 2))

    def discrepancy(self, weight: float) -> float:
        return self.misfit(weight) / self.sigma**2 / self.y.shape[1]

    def sure(self, weight: float, trace: float | None = None) -> float:
        trace = np.trace(self.hat(weight)) if trace is None else trace
        m = self.y.shape[1]
        return (self.misfit(weight) / self.sigma**2 - m + 2 * trace) / m

    def gcv(self, weight: float, trace: float | None = None) -> float:
        trace = np.trace(self.hat(weight)) if trace is None else trace
        m = self.y.shape[1]
        return m * self.misfit(weight) / (m - trace) ** 2


def linear(seed: int, *, diagonal: bool, sigma: float = 0.1) -> Linear:
    """A problem with singular values from 1 to 1/100; with ``diagonal`` random signs give the trace exactly."""
    generator = torch.Generator().manual_seed(seed)
    values = torch.logspace(0, -2, 30, dtype=torch.float64)
    matrix = torch.diag(values)
    if not diagonal:
        left, right = (torch.linalg.qr(torch.randn(n, n, generator=generator).double())[0] for n in (36, 30))
        matrix = left[:, :30] @ matrix @ right
    truth = torch.randn(1, 1, 1, 30, generator=generator, dtype=torch.float64)
    physics = Dense(matrix, GaussianNoise(sigma))
    return Linear(physics, physics(truth, rng=generator), sigma)


ACCURACY = 1e-3


def generator():
    return torch.Generator().manual_seed(7)
