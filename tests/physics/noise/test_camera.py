import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError
from preimage.fidelity import likelihood
from preimage.physics import CameraNoise, Denoising, GaussianNoise, Inpainting, PoissonGaussianNoise
from tests.example import LEVELS, Example
from tests.physics.noise.densities import constant_image, density, require_moments

EXAMPLES = {
    CameraNoise: [
        Example(lambda: CameraNoise(0.02, 0.03, 0.0, 0.05), shape=(2, 1, 3, 4), draws=2000),
        Example(lambda: CameraNoise(0.2 * LEVELS, 0.3 * LEVELS, 0.2 * LEVELS, 0.05), shape=(2, 1, 2, 3), draws=300),
    ],
}


@pytest.mark.parametrize(("sigma", "step"), [(0.001, 0.1), (0.02, 0.1), (0.3, 0.05)])
def test_probabilities_sum_to_one(sigma: float, step: float) -> None:
    grid = step * torch.arange(-60, 120, dtype=torch.float64)
    assert density(CameraNoise(0.03, sigma, 0.0, step), 0.4, grid).sum().item() == pytest.approx(1, abs=1e-9)


def test_without_rows_and_rounding_it_is_poisson_gaussian_noise() -> None:
    z, y = (torch.rand(2, 1, 3, 4, generator=torch.Generator().manual_seed(k), dtype=torch.float64) for k in (0, 1))
    both = CameraNoise(0.05, 0.02), PoissonGaussianNoise(0.05, 0.02)
    torch.testing.assert_close(both[0].log_prob(z, y), both[1].log_prob(z, y))
    torch.testing.assert_close(both[0].grad(z, y), both[1].grad(z, y))


@pytest.mark.parametrize("step", [0.0, 0.1])
def test_the_offset_of_a_row_is_integrated(step: float) -> None:
    z = torch.tensor([[[[0.3, 0.5, 0.1]]]], dtype=torch.float64)
    y = torch.tensor([[[[0.5, 0.6, 0.3]]]], dtype=torch.float64)
    plain = CameraNoise(0.02, 0.05, 0.0, step)

    nodes, weights = (torch.from_numpy(part) for part in np.polynomial.legendre.leggauss(150))
    r = 0.6 * nodes.reshape(-1, 1, 1, 1)
    joint = plain.log_prob(z.expand(150, 1, 1, 3), y - r) + GaussianNoise(0.15).log_prob(r, 0 * r)
    exact = (0.6 * weights * joint.exp()).sum().item()
    got = CameraNoise(0.02, 0.05, 0.15, step).log_prob(z, y).item()
    assert got == pytest.approx(np.log(exact), abs=1e-6)


def test_draws_and_moments(rng: torch.Generator) -> None:
    noise = CameraNoise(0.02, 0.05, 0.08, 0.03)
    draws = noise.sample(torch.full((20_000, 1, 1, 2), 0.4, dtype=torch.float64), rng)
    require_moments(draws[..., 0], 0.4, 0.02 * 0.4 + 0.05**2 + 0.08**2 + 0.03**2 / 12)
    require_moments((draws[..., 0] - 0.4) * (draws[..., 1] - 0.4), 0.08**2)
    assert noise.variance(constant_image(0.4, 1)).item() == pytest.approx(0.02 * 0.4 + 0.05**2 + 0.03**2 / 12)
    assert noise.information(torch.full((1, 1, 1, 2), 0.4), None).item() == pytest.approx(1 / 0.010575)
    fine = (draws[..., 0] / 0.03).round() * 0.03
    torch.testing.assert_close(draws[..., 0], fine)


def test_gradient_is_a_difference_quotient() -> None:
    noise = CameraNoise(0.02, 0.03, 0.05, 0.05)
    z = torch.tensor([[[[0.3, 0.5], [0.02, 0.9]]]], dtype=torch.float64)
    y = torch.tensor([[[[0.4, 0.55], [0.0, 0.5]]]], dtype=torch.float64)
    steps = 1e-5 * torch.eye(4, dtype=torch.float64).reshape(4, 1, 2, 2)
    values = noise.nll(torch.cat([z + steps, z - steps]), y.expand(8, 1, 2, 2))
    torch.testing.assert_close(noise.grad(z, y).flatten(), (values[:4] - values[4:]) / 2e-5, rtol=1e-5, atol=1e-5)


def test_what_is_never_drawn_is_refused() -> None:
    y = torch.tensor([[[[0.1, 0.23]]]])
    with pytest.raises(ArgumentError, match="`y` must hold multiples of step"):
        likelihood(Denoising(CameraNoise(step=0.1)), y)
    with pytest.raises(ArgumentError, match="`y` must be measured everywhere for CameraNoise"):
        likelihood(Inpainting(torch.tensor([[1.0, 0.0]]), CameraNoise(row=0.1)), y)
    assert likelihood(Inpainting(torch.tensor([[1.0, 0.0]]), CameraNoise()), y)(y).isfinite().all()
    with pytest.raises(ArgumentError, match="`row` must be at least 0"):
        CameraNoise(row=-1.0)
    assert CameraNoise().is_entrywise
    assert not CameraNoise(row=LEVELS).is_entrywise
