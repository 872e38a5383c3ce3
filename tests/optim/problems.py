"""Problems ``min f + g`` whose minimisers are known by other means than the algorithms tested on them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.optimize
import torch
from torch import Tensor

from preimage.functional import LipschitzSmooth, Proximable
from preimage.optim import L1
from preimage.physics import GaussianNoise, LinearPhysics

SIDE = 8


class Dense(LinearPhysics):
    """A matrix (rows, pixels) on flattened images (B, 1, 1, pixels)."""

    def __init__(self, matrix: Tensor, noise: Any = None) -> None:
        super().__init__(noise)
        self.matrix = matrix

    def A(self, x: Tensor) -> Tensor:
        return x.flatten(1) @ self.matrix.mT

    def A_adjoint(self, y: Tensor) -> Tensor:
        return (y @ self.matrix.conj())[:, None, None, :]


class Ridge(LipschitzSmooth, Proximable):
    """``weight / 2 ||x||^2``."""

    def __init__(self, weight: float) -> None:
        super().__init__()
        self.weight = weight

    def forward(self, x: Tensor) -> Tensor:
        return self.weight / 2 * x.square().flatten(1).sum(1)

    def grad(self, x: Tensor) -> Tensor:
        return self.weight * x

    def lipschitz(self, x: Tensor) -> Tensor:
        return x.new_full((1,), self.weight)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        return x / (1 + self.weight * torch.as_tensor(step, dtype=x.dtype).reshape(-1, 1, 1, 1))


class Lasso(Proximable):
    """``weight ||x||_1``."""

    def __init__(self, weight: float) -> None:
        super().__init__()
        self.weight = weight

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * x.abs().flatten(1).sum(1)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        threshold = self.weight * torch.as_tensor(step, dtype=x.dtype).reshape(-1, 1, 1, 1)
        return x.sign() * (x.abs() - threshold).clamp_min(0)


class Box(Proximable):
    """The indicator of [0, 0.5]."""

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        return x.clamp(0, 0.5)


@dataclass(frozen=True)
class Problem:
    """``f(x) = nll(y | A x)``, a prior, and the minimisers of the sum for each of the three samples of ``y``."""

    physics: LinearPhysics
    y: Tensor
    prior: Any
    minimiser: Tensor
    fidelity: Any = None


def _least_squares() -> tuple[LinearPhysics, Tensor]:
    generator = torch.Generator().manual_seed(0)
    matrix = torch.randn(12, SIDE, generator=generator, dtype=torch.float64)
    truth = torch.randn(3, 1, 1, SIDE, generator=generator, dtype=torch.float64)
    physics = Dense(matrix, GaussianNoise(0.5))
    return physics, physics(truth, rng=generator)


def ridge() -> Problem:
    """Closed form: ``(A^T A / sigma^2 + weight)^-1 A^T y / sigma^2``."""
    physics, y = _least_squares()
    matrix = physics.A(torch.eye(SIDE).double()[:, None, None, :]).mT
    normal = matrix.mT @ matrix / 0.25 + 2.0 * torch.eye(SIDE)
    return Problem(physics, y, Ridge(2.0), torch.linalg.solve(normal, (y @ matrix / 0.25).mT).mT[:, None, None, :])


def lasso() -> Problem:
    """Cyclic coordinate descent, whose one-dimensional problems are solved exactly."""
    physics, y = _least_squares()
    weight = 15.0
    matrix = physics.A(torch.eye(SIDE).double()[:, None, None, :]).mT.numpy()
    solutions = []
    for data in y.numpy():
        x = np.zeros(SIDE)
        for _ in range(2000):
            for i in range(SIDE):
                rest = data - matrix @ x + matrix[:, i] * x[i]
                correlation = matrix[:, i] @ rest / 0.25
                shrunk = np.sign(correlation) * max(abs(correlation) - weight, 0)
                x[i] = shrunk / (matrix[:, i] @ matrix[:, i] / 0.25)
        solutions.append(torch.from_numpy(x))
    return Problem(physics, y, Lasso(weight), torch.stack(solutions)[:, None, None, :])


def box() -> Problem:
    """The active-set method of scipy for bounded least squares."""
    physics, y = _least_squares()
    matrix = physics.A(torch.eye(SIDE).double()[:, None, None, :]).mT.numpy()
    found = [scipy.optimize.lsq_linear(matrix, data, (0, 0.5), method="bvls", tol=1e-14).x for data in y.numpy()]
    return Problem(physics, y, Box(), torch.from_numpy(np.stack(found))[:, None, None, :])


def absolute_deviations() -> Problem:
    """``||A x - y||_1 + weight ||x||_1`` as a linear programme."""
    physics, y = _least_squares()
    weight = 0.5
    matrix = physics.A(torch.eye(SIDE).double()[:, None, None, :]).mT.numpy()
    rows = len(matrix)
    # Unknowns (x+, x-, r+, r-), all >= 0, with A (x+ - x-) + r+ - r- = y.
    equality = np.hstack([matrix, -matrix, np.eye(rows), -np.eye(rows)])
    cost = np.concatenate([np.full(2 * SIDE, weight), np.ones(2 * rows)])
    found = [scipy.optimize.linprog(cost, A_eq=equality, b_eq=data).x for data in y.numpy()]
    x = np.stack([v[:SIDE] - v[SIDE : 2 * SIDE] for v in found])
    return Problem(physics, y, Lasso(weight), torch.from_numpy(x)[:, None, None, :], L1)


PROBLEMS = {"ridge": ridge, "lasso": lasso, "box": box, "absolute deviations": absolute_deviations}
