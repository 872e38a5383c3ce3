"""Each step on blocks is that on the whole."""

from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.blocks.conjugate_gradients import regularised_solution
from preimage.blocks.grid import BlockGrid
from preimage.blocks.proximal import BlockDPIR, BlockPGD
from preimage.blocks.stage import Surroundings
from preimage.blocks.steps.convolving import BlockBlur
from preimage.blocks.steps.least_squares import ShrinkStep
from preimage.blocks.workspace import opened_workspace
from preimage.denoisers import DnCNN
from preimage.denoisers.networks import DRUNet3D
from preimage.optim import DPIR, PGD, Annealing, L1Prior, TVPrior, Variational
from preimage.physics import Blur, Denoising, GaussianNoise
from tests.blocks.conftest import Held, whole
from tests.blocks.test_richardson_lucy import cells, spot

COVERS = [
    "preimage.blocks.conjugate_gradients",
    "preimage.blocks.proximal",
    "preimage.blocks.steps.least_squares",
]

CASES = [((43, 37), (7, 4), (32, 24)), ((9, 21, 18), (3, 4, 2), (8, 24, 16))]


def back(y: torch.Tensor, physics: Blur) -> torch.Tensor:
    return physics.A_adjoint(y) / physics.kernel.abs().sum() ** 2


def measurement(shape: tuple[int, ...]) -> np.ndarray:
    counts = cells(shape)
    return counts / counts.max()


@pytest.mark.parametrize(("shape", "taps", "block"), CASES)
@pytest.mark.parametrize("prior", ["tv", "l1"])
def test_proximal_gradient_descent(shape, taps, block, prior: str, tmp_path: Path) -> None:
    y, kernel, sigma, weight = measurement(shape), spot(taps), 0.05, 10.0
    with opened_workspace(tmp_path / "w", {}) as work:
        found = whole(BlockPGD(kernel, sigma, weight, prior, 2, tol=1e-2).solve(work, Held(y), block))
    physics = Blur(kernel[None, None], "valid", noise=GaussianNoise(sigma))
    term = TVPrior(weight, tol=1e-2) if prior == "tv" else L1Prior(weight)
    step = sigma**2 / float(kernel.sum()) ** 2
    model = Variational(PGD(step), term, init=back, max_steps=2, tol=None)
    truth = model(torch.from_numpy(y)[None, None], physics)[0, 0].numpy()
    start = back(torch.from_numpy(y)[None, None], physics)[0, 0].numpy()
    assert np.abs(truth - start).max() > 0.05
    np.testing.assert_allclose(found, truth, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("shape", "taps", "block"), CASES)
@pytest.mark.parametrize("blurred", [False, True])
def test_dpir(shape, taps, block, blurred: bool, tmp_path: Path) -> None:
    torch.manual_seed(0)
    y, kernel, sigma, axes = measurement(shape), spot(taps), 0.05, len(shape)
    network = (DnCNN(1, depth=4, width=4) if axes == 2 else DRUNet3D(1, (2, 2, 2, 2), 1)).eval()
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    annealing = Annealing(2, weight=50.0, gain=1.0)
    method = BlockDPIR(network, sigma, kernel if blurred else None, annealing, axes)
    with opened_workspace(tmp_path / "w", {}) as work:
        found = whole(method.solve(work, Held(y), block))
    noise = GaussianNoise(sigma)
    physics = Blur(kernel[None, None], "valid", noise=noise) if blurred else Denoising(noise)
    model = DPIR(network, annealing, **({"init": back} if blurred else {}))
    truth = model(torch.from_numpy(y)[None, None], physics)[0, 0].numpy()
    scale = np.abs(truth).max()
    np.testing.assert_allclose(found, truth, rtol=0, atol=1e-5 * max(scale, 1.0))
    assert len(list((tmp_path / "w").iterdir())) <= 5  # what no later step reads is gone


def test_least_squares_are_solved(tmp_path: Path) -> None:
    (shape, taps, block), rho = CASES[0], 2.0
    y, blur = measurement(shape), BlockBlur(spot(taps))
    x = np.full(blur.unknown_shape(shape), 0.2, np.float32)
    with opened_workspace(tmp_path / "w", {}) as work:
        grid = BlockGrid(x.shape, block)
        found = whole(regularised_solution(work, blur, Held(y), Held(x), grid, rho, 1e-6, "a"))
    physics = Blur(spot(taps).double()[None, None], "valid")
    u, v = (torch.from_numpy(each).double()[None, None] for each in (found, x))
    left = physics.A_adjoint(torch.from_numpy(y).double()[None, None] - physics.A(u)) - rho * (u - v)
    right = physics.A_adjoint(torch.from_numpy(y).double()[None, None] - physics.A(v))
    assert float(left.norm()) < 1e-5 * float(right.norm())


def test_small_values_become_zero() -> None:
    seen = Surroundings(np.array([-3.0, 0.5, 2.0], np.float32), ((0, 0),), (0,))
    assert ShrinkStep(1.0)((slice(0, 3),), [seen]).arrays[0].tolist() == [-2.0, 0.0, 1.0]
