from functools import partial

import numpy as np
import pytest
import scipy.optimize
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.optim import DRS, PDHG, IndicatorL2, Tikhonov, Variational
from preimage.physics import Blur, BlurFFT, CompressedSensing, Decolorize, Denoising, Physics, SpatialUnwrapping, stack
from tests.example import LEVELS, Example, Y, kernel
from tests.optim.problems import Dense

EXAMPLES = {
    IndicatorL2: [
        Example(lambda: IndicatorL2(BlurFFT(kernel(4, 3)), Y, 10 * LEVELS)),
        Example(lambda: IndicatorL2(Decolorize(), Y[:, :1], torch.tensor([0.5, 50.0])), complex=True),
        Example(lambda: IndicatorL2(Blur(kernel(3, 3), "reflect"), Y, 1.0)),
    ],
}

KERNEL = torch.rand(3, 3, generator=torch.Generator().manual_seed(5), dtype=torch.float64) / 4
MATRIX = torch.randn(5, 8, generator=torch.Generator().manual_seed(6), dtype=torch.float64)
CASES = {
    "spectral": (BlurFFT(KERNEL), (2, 1, 4, 2)),
    "closed form": (CompressedSensing(MATRIX, (1, 4, 2)), (2, 5)),
    "conjugate gradients": (Dense(MATRIX), (2, 5)),
}


def normal(shape: tuple[int, ...], seed: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def image(physics: Physics, seed: int) -> torch.Tensor:
    return normal((2, 1, 1, 8) if isinstance(physics, Dense) else (2, 1, 4, 2), seed)


def matrix_of(physics: Physics) -> torch.Tensor:
    return physics.A(torch.eye(8, dtype=torch.float64).reshape(8, *image(physics, 0).shape[1:])).flatten(1).mT


@pytest.mark.parametrize("name", CASES)
def test_prox_is_the_projection_found_by_scipy(name: str) -> None:
    physics, shape = CASES[name]
    x, y, matrix = image(physics, 1), normal(shape, 2), matrix_of(physics).numpy()
    radius = torch.tensor([0.9, 0.3], dtype=torch.float64)
    found = IndicatorL2(physics, y, radius).prox(x, 0.7)
    for i in range(2):
        start, data, bound = x[i].flatten().numpy(), y[i].flatten().numpy(), radius[i].item()
        best = scipy.optimize.minimize(
            lambda u, start=start: ((u - start) ** 2).sum() / 2,
            np.linalg.lstsq(matrix, data, rcond=None)[0],
            jac=lambda u, start=start: u - start,
            constraints={
                "type": "ineq",
                "fun": lambda u, data=data, bound=bound: bound**2 - ((matrix @ u - data) ** 2).sum(),
                "jac": lambda u, data=data: -2 * matrix.T @ (matrix @ u - data),
            },
            method="SLSQP",
            options={"ftol": 1e-15, "maxiter": 500},
        )
        np.testing.assert_allclose(found[i].flatten().numpy(), best.x, atol=2e-6)
        misfit = np.linalg.norm(matrix @ found[i].flatten().numpy() - data)
        assert misfit == pytest.approx(bound, rel=1e-8)


@pytest.mark.parametrize("name", CASES)
def test_the_optimality_condition_holds(name: str) -> None:
    # x - u is a non-negative multiple of A^H (A u - y).
    physics, shape = CASES[name]
    x, y, matrix = image(physics, 3), normal(shape, 4), matrix_of(physics)
    for scale in (1e-3, 1.0, 1e3):
        u = IndicatorL2(physics, scale * y, 0.5 * scale).prox(scale * x, 1.0)
        pulled = (u.flatten(1) @ matrix.mT - scale * y.flatten(1)) @ matrix
        moved = (scale * x - u).flatten(1)
        multiple = (moved * pulled).sum(1) / pulled.square().sum(1)
        assert bool((multiple > 0).all())
        torch.testing.assert_close(moved, multiple[:, None] * pulled, rtol=1e-6, atol=1e-8 * scale)


def test_within_the_radius_nothing_moves() -> None:
    physics = BlurFFT(KERNEL)
    x = normal((2, 1, 4, 2), 1)
    y = physics.A(x) + 0.1 * normal((2, 1, 4, 2), 2)
    f = IndicatorL2(physics, y, torch.tensor([0.01, 10.0], dtype=torch.float64))
    assert f(x).tolist() == [torch.inf, 0.0]
    u = f.prox(x, 1.0)
    assert torch.equal(u[1], x[1])
    assert not torch.equal(u[0], x[0])
    assert f(u).tolist() == [0.0, 0.0]


def test_out_of_reach_gives_nearly_the_least_misfit() -> None:
    matrix = normal((8, 3), 1)
    physics, y, x = Dense(matrix), normal((1, 8), 2), normal((1, 1, 1, 3), 3)
    best = torch.linalg.lstsq(matrix, y.mT).solution.flatten()
    u = IndicatorL2(physics, y, 1e-3).prox(x, 1.0)
    torch.testing.assert_close(u.flatten(), best, rtol=1e-5, atol=1e-6)


def test_samples_are_independent() -> None:
    x, y = normal((3, 1, 4, 2), 1), normal((3, 1, 4, 2), 2)
    physics = BlurFFT(KERNEL)
    radius = torch.tensor([1.0, 1e-3, 1e3], dtype=torch.float64)
    whole = IndicatorL2(physics, y, radius).prox(x, 1.0)
    parts = [IndicatorL2(physics, y[i : i + 1], radius[i : i + 1]).prox(x[i : i + 1], 1.0) for i in range(3)]
    assert torch.equal(whole, torch.cat(parts))


@pytest.mark.parametrize("name", CASES)
def test_the_derivative_is_that_of_finite_differences(name: str) -> None:
    physics, shape = CASES[name]
    x, y = image(physics, 1).requires_grad_(), normal(shape, 2).requires_grad_()
    radius = torch.tensor([0.9, 0.3], dtype=torch.float64, requires_grad=True)

    def prox(x: torch.Tensor, y: torch.Tensor, radius: torch.Tensor) -> torch.Tensor:
        return IndicatorL2(physics, y, radius, tol=1e-9).prox(x, 1.0)

    assert torch.autograd.gradcheck(prox, (x, y, radius), eps=1e-5, atol=1e-5, rtol=1e-4)


def test_projection_of_the_measurement_and_its_conjugate() -> None:
    y = torch.tensor([[[[1.0, 2.0]]]])
    f = IndicatorL2(Denoising(), y, 5.0)
    z = torch.tensor([[[[7.0, 10.0]]]])  # at a distance of 10
    assert f.outer_prox(z, 0.3).flatten().tolist() == [4.0, 6.0]
    assert torch.equal(f.outer_prox(y + 1, 0.3), y + 1)
    # sup of <z, u> over the ball is reached at y + 5 z / |z|.
    assert f.outer_conjugate(torch.tensor([[[[3.0, -4.0]]]])).item() == 3 - 8 + 25


def test_least_energy_within_a_bound_two_ways() -> None:
    # min ||x||^2 / 2 subject to ||A x - y|| <= radius is the projection of zero.
    physics, shape = CASES["closed form"]
    y = normal(shape, 2)
    bound = partial(IndicatorL2, radius=1.0)
    wanted = bound(physics, y).prox(torch.zeros(2, 1, 4, 2, dtype=torch.float64), 1.0)
    for algorithm in (DRS(step_size=1.0), PDHG()):
        found = Variational(algorithm, Tikhonov(1.0), bound, max_steps=5000, tol=1e-10)(y, physics)
        torch.testing.assert_close(found, wanted, atol=1e-6, rtol=0)


def test_of_stacked_sensors() -> None:
    physics = stack(Denoising(), 2 * Denoising())
    y = (normal((1, 1, 2, 2), 1), normal((1, 1, 2, 2), 2))
    x = 10 * normal((1, 1, 2, 2), 3)
    u = IndicatorL2(physics, y, 3.0).prox(x, 1.0)
    misfit = ((u - y[0]).square().sum() + (2 * u - y[1]).square().sum()).sqrt()
    assert misfit.item() == pytest.approx(3.0, rel=1e-6)


def test_arguments_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`radius` must be positive"):
        IndicatorL2(Denoising(), torch.zeros(1, 1, 2, 2), 0.0)
    with pytest.raises(CapabilityError, match="`physics` must be LinearPhysics"):
        IndicatorL2(SpatialUnwrapping(), torch.zeros(1, 1, 2, 2), 1.0)
