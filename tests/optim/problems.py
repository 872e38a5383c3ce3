"""Problems ``min f + g`` whose minimisers are known by other means than the algorithms tested on them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import scipy.optimize
import torch
from skimage.restoration import denoise_tv_chambolle
from torch import Tensor

from preimage.functional import Proximable, Smooth, Valued, Zero
from preimage.optim import L1
from preimage.optim.prior import Box, L1Prior, Tikhonov, TVPrior
from preimage.physics import (
    BlurFFT,
    Denoising,
    GaussianNoise,
    Inpainting,
    LinearPhysics,
    PhaseRetrieval,
    PoissonNoise,
    stack,
)
from preimage.physics.noise import Noise

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

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """Not by conjugate gradients, which would be most of the time that the algorithms take."""
        shift = torch.as_tensor(rho, dtype=b.real.dtype).reshape(-1, 1, 1)
        system = self.matrix.mH @ self.matrix + shift * torch.eye(self.matrix.shape[1])
        return torch.linalg.solve(system, b.flatten(1)[..., None]).reshape(b.shape)

    def norm(self, like: Tensor) -> Tensor:
        return torch.linalg.matrix_norm(self.matrix, 2).expand(len(like))


class Ridge(Smooth, Proximable):
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


class Lasso(Proximable, Valued):
    """``weight ||x||_1``."""

    def __init__(self, weight: float) -> None:
        super().__init__()
        self.weight = weight

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * x.abs().flatten(1).sum(1)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        threshold = self.weight * torch.as_tensor(step, dtype=x.dtype).reshape(-1, 1, 1, 1)
        return x.sign() * (x.abs() - threshold).clamp_min(0)


@dataclass(frozen=True)
class Problem:
    """``f(x) = nll(y | A x)``, a prior, and the minimisers of the sum for each of the three samples of ``y``."""

    physics: Any
    y: Any
    prior: Any
    minimiser: Tensor
    fidelity: Any = None
    constraint: Any = None


def _least_squares() -> tuple[LinearPhysics, Tensor]:
    generator = torch.Generator().manual_seed(0)
    matrix = torch.randn(12, SIDE, generator=generator, dtype=torch.float64)
    truth = torch.randn(3, 1, 1, SIDE, generator=generator, dtype=torch.float64)
    physics = Dense(matrix, GaussianNoise(0.5))
    return physics, physics(truth, rng=generator)


def ridge() -> Problem:
    """Closed form: ``(A^T A / sigma^2 + weight)^-1 A^T y / sigma^2``."""
    physics, y = _least_squares()
    matrix = matrix_of(physics)
    normal = matrix.mT @ matrix / 0.25 + 2.0 * torch.eye(SIDE)
    return Problem(physics, y, Ridge(2.0), torch.linalg.solve(normal, (y @ matrix / 0.25).mT).mT[:, None, None, :])


@cache
def lasso() -> Problem:
    """Cyclic coordinate descent, whose one-dimensional problems are solved exactly."""
    physics, y = _least_squares()
    weight = 15.0
    matrix = matrix_of(physics).numpy()
    solutions = []
    for data in y.numpy():
        x = np.zeros(SIDE)
        before = np.ones(SIDE)
        while np.abs(x - before).max() > 1e-14:
            before = x.copy()
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
    matrix = matrix_of(physics).numpy()
    found = [scipy.optimize.lsq_linear(matrix, data, (0, 0.5), method="bvls", tol=1e-14).x for data in y.numpy()]
    return Problem(physics, y, Box(0.0, 0.5), _images(found))


def absolute_deviations() -> Problem:
    """``||A x - y||_1 + weight ||x||_1`` as a linear programme."""
    physics, y = _least_squares()
    weight = 0.5
    matrix = matrix_of(physics).numpy()
    rows = len(matrix)
    # Unknowns (x+, x-, r+, r-), all >= 0, with A (x+ - x-) + r+ - r- = y.
    equality = np.hstack([matrix, -matrix, np.eye(rows), -np.eye(rows)])
    cost = np.concatenate([np.full(2 * SIDE, weight), np.ones(2 * rows)])
    found = [scipy.optimize.linprog(cost, A_eq=equality, b_eq=data).x for data in y.numpy()]
    x = np.stack([v[:SIDE] - v[SIDE : 2 * SIDE] for v in found])
    return Problem(physics, y, Lasso(weight), torch.from_numpy(x)[:, None, None, :], L1)


def non_negative() -> Problem:
    """Lawson and Hanson's non-negative least squares."""
    physics, y = _least_squares()
    matrix = matrix_of(physics).numpy()
    found = [scipy.optimize.nnls(matrix, data)[0] for data in y.numpy()]
    return Problem(physics, y, Box(0.0, None), _images(found))


def stacked(problem: Callable[[], Problem] = lasso, sensors: int = 3) -> Problem:
    """Another problem with its measurements shared out among sensors, which makes the data term a sum."""
    whole = problem()
    matrix = matrix_of(whole.physics)
    parts = [Dense(matrix[i::sensors], whole.physics.noise) for i in range(sensors)]
    y = tuple(whole.y[:, i::sensors] for i in range(sensors))
    return Problem(stack(*parts), y, whole.prior, whole.minimiser)


@cache
def total_variation() -> Problem:
    """Chambolle's dual projections as scikit-image has them, on images of one channel."""
    generator = torch.Generator().manual_seed(1)
    y = torch.rand(3, 1, 4, 5, generator=generator, dtype=torch.float64)
    sigma, weight = 0.5, 0.4
    found = [denoise_tv_chambolle(data[0].numpy(), weight=weight * sigma**2, eps=0.0, max_num_iter=2500) for data in y]
    minimiser = torch.from_numpy(np.stack(found))[:, None]
    return Problem(Denoising(GaussianNoise(sigma)), y, TVPrior(weight, tol=1e-11, max_steps=20000), minimiser)


def periodic() -> Problem:
    """The same, seen as a convolution with one pixel."""
    p = total_variation()
    return replace(p, physics=BlurFFT(torch.ones(1, 1, dtype=torch.float64), GaussianNoise(0.5)))


def fused() -> Problem:
    """Least squares with total variation and ``x >= 0``: a quadratic programme in ``x`` and its jumps up and down."""
    physics, y = _least_squares()
    matrix, weight = matrix_of(physics).numpy(), 4.0
    jumps = np.diff(np.eye(SIDE), axis=0)
    equality = np.hstack([jumps, -np.eye(SIDE - 1), np.eye(SIDE - 1)])
    linear = np.concatenate([np.zeros(SIDE), np.full(2 * SIDE - 2, weight)])
    solutions = []
    for data in y.numpy():

        def value(v: np.ndarray, data: np.ndarray = data) -> float:
            return 2 * float(np.sum((matrix @ v[:SIDE] - data) ** 2)) + float(linear @ v)

        def slope(v: np.ndarray, data: np.ndarray = data) -> np.ndarray:
            return linear + np.pad(4 * matrix.T @ (matrix @ v[:SIDE] - data), (0, 2 * SIDE - 2))

        found = scipy.optimize.minimize(
            value,
            np.ones(3 * SIDE - 2),
            jac=slope,
            method="SLSQP",
            bounds=[(0, None)] * (3 * SIDE - 2),
            constraints={"type": "eq", "fun": lambda v: equality @ v, "jac": lambda v: equality},
            options={"ftol": 1e-15, "maxiter": 1000},
        )
        solutions.append(found.x[:SIDE])
    return Problem(physics, y, TVPrior(weight), _images(solutions), constraint=Box(0.0, None))


def counts_pixel_by_pixel() -> Problem:
    """Poisson noise after a diagonal ``s``, with ``weight ||x||_1``: ``x = y / (s + gain weight)``."""
    generator = torch.Generator().manual_seed(2)
    gain, weight = 0.2, 0.7
    transmission = 0.5 + torch.rand(1, 4, generator=generator, dtype=torch.float64)
    physics = Inpainting(transmission, PoissonNoise(gain))
    y = physics(1 + torch.rand(3, 1, 1, 4, generator=generator, dtype=torch.float64), rng=generator)
    return Problem(physics, y, L1Prior(weight), y / (transmission + gain * weight))


def counts(background: float = 0.1, weight: float = 0.0) -> Problem:
    """Poisson noise, perhaps with a small energy: the root of the gradient by scipy, at a positive image."""
    generator = torch.Generator().manual_seed(3)
    gain = 0.001
    matrix = 2 * torch.eye(12, 4).double() + torch.rand(12, 4, generator=generator, dtype=torch.float64)
    physics = Dense(matrix, PoissonNoise(gain, background))
    y = physics(1 + torch.rand(3, 1, 1, 4, generator=generator, dtype=torch.float64), rng=generator)
    a, solutions = matrix.numpy(), []
    for data in y.numpy():

        def slope(x: np.ndarray, data: np.ndarray = data) -> np.ndarray:
            return a.T @ (1 - data / (a @ x + background)) / gain + weight * x

        def curvature(x: np.ndarray, data: np.ndarray = data) -> np.ndarray:
            return (a.T * (data / (a @ x + background) ** 2)) @ a / gain + weight * np.eye(4)

        found = scipy.optimize.root(slope, np.ones(4), jac=curvature, tol=1e-13)
        assert found.success
        assert (found.x > 0).all()
        solutions.append(found.x)
    return Problem(physics, y, Tikhonov(weight) if weight else Zero(), _images(solutions))


def weighted() -> Problem:
    """Non-negative least squares with rows weighted by one over their sums: what row-action methods converge to."""
    generator = torch.Generator().manual_seed(4)
    matrix = torch.rand(12, SIDE, generator=generator, dtype=torch.float64)
    matrix[:SIDE] += 2 * torch.eye(SIDE)
    y = matrix.sum(1) * torch.rand(3, 12, generator=generator, dtype=torch.float64)
    root = matrix.sum(1).rsqrt()
    found = [scipy.optimize.nnls((root[:, None] * matrix).numpy(), (root * data).numpy())[0] for data in y]
    return Problem(Dense(matrix, GaussianNoise(1.0)), y, Box(0.0, None), _images(found))


def consistent(noise: Noise, sensors: int = 3) -> Problem:
    """Several sensors, no noise in the data: the image they were made from."""
    generator = torch.Generator().manual_seed(5)
    matrix = 2 * torch.eye(12, SIDE).double() + torch.rand(12, SIDE, generator=generator, dtype=torch.float64)
    truth = 0.1 + torch.rand(3, 1, 1, SIDE, generator=generator, dtype=torch.float64)
    physics = stack(*(Dense(matrix[i::sensors], noise) for i in range(sensors)))
    return Problem(physics, physics.A(truth), Zero(), truth)


def phaseless() -> Problem:
    """``|B x|^2`` without noise: the image it was made from, or its negative."""
    generator = torch.Generator().manual_seed(6)
    matrix = torch.randn(40, SIDE, generator=generator, dtype=torch.float64)
    truth = torch.randn(3, 1, 1, SIDE, generator=generator, dtype=torch.float64)
    physics = PhaseRetrieval(Dense(matrix), GaussianNoise(1.0))
    return Problem(physics, physics.A(truth), Zero(), truth)


def matrix_of(physics: LinearPhysics) -> Tensor:
    """The matrix of a :class:`Dense` physics."""
    assert isinstance(physics, Dense)
    return physics.matrix


def _images(solutions: list[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.stack(solutions))[:, None, None, :]


PROBLEMS = {
    "ridge": ridge,
    "lasso": lasso,
    "box": box,
    "absolute deviations": absolute_deviations,
    "non-negative": non_negative,
    "stacked ridge": lambda: stacked(ridge),
    "stacked lasso": stacked,
    "total variation": total_variation,
    "periodic": periodic,
    "fused": fused,
    "counts pixel by pixel": counts_pixel_by_pixel,
    "counts": counts,
    "counts without background": lambda: counts(0.0),
    "counts with energy": lambda: counts(0.1, 30.0),
    "stacked counts": lambda: stacked(counts, 2),
    "weighted": weighted,
    "consistent": lambda: consistent(GaussianNoise(1.0)),
    "consistent counts": lambda: consistent(PoissonNoise(0.1)),
    "phaseless": phaseless,
}
