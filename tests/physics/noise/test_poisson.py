import numpy as np
import pytest
import scipy
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import Denoising, PoissonNoise
from tests.example import LEVELS, Example

EXAMPLES = {
    PoissonNoise: [
        Example(PoissonNoise),
        Example(lambda: PoissonNoise(LEVELS)),
        Example(lambda: PoissonNoise(LEVELS, background=2 * LEVELS)),
    ],
}


def test_draws_follow_the_poisson_law(rng: torch.Generator) -> None:
    z = torch.full((1, 1, 200, 250), 0.3)
    counts = (PoissonNoise(0.05).sample(z, rng) / 0.05).round().long().flatten()
    observed = torch.bincount(counts, minlength=16)[:16].numpy()
    expected = scipy.stats.poisson(6).pmf(np.arange(16)) * counts.numel()
    pooled = np.append(observed[:15], counts.numel() - observed[:15].sum())
    wanted = np.append(expected[:15], counts.numel() - expected[:15].sum())
    assert scipy.stats.chisquare(pooled, wanted).pvalue > 1e-3


def test_nll_is_scipys_up_to_a_constant_in_z() -> None:
    gain = 0.25
    z = torch.tensor([0.1, 0.7, 2.0, 5.0], dtype=torch.float64).reshape(4, 1, 1, 1)
    counts = 3
    nll = PoissonNoise(gain).nll(z, torch.full_like(z, gain * counts))
    exact = -scipy.stats.poisson(z.flatten().numpy() / gain).logpmf(counts)
    np.testing.assert_allclose((nll - nll[0]).numpy(), exact - exact[0], rtol=1e-12)


def test_prox_is_the_minimiser_found_by_scipy() -> None:
    for z, y, step in ((0.5, 0.3, 0.01), (-2.0, 0.4, 0.05), (0.2, 0.0, 1e-4), (0.001, 0.0, 1.0), (3.0, 7.0, 2.0)):
        gain = 0.1
        tensors = [torch.tensor([[[[v]]]], dtype=torch.float64) for v in (z, y)]
        got = PoissonNoise(gain).prox(*tensors, step).item()

        def objective(u: float, z: float = z, y: float = y, step: float = step, gain: float = gain) -> float:
            return (
                step * (u / gain - (y / gain) * np.log(u)) + (u - z) ** 2 / 2
                if y
                else step * u / gain + (u - z) ** 2 / 2
            )

        best = scipy.optimize.minimize_scalar(
            objective, bounds=(1e-12, 20), method="bounded", options={"xatol": 1e-11}
        ).x
        assert got == pytest.approx(best, abs=2e-6)
        assert got >= 0


def test_prox_keeps_its_digits_far_below_zero() -> None:
    z = torch.full((1, 1, 1, 1), -1e4)
    got = PoissonNoise(1.0).prox(z, torch.ones_like(z), 1.0).item()
    assert got == pytest.approx(1 / 10001, rel=1e-5)


def test_outside_of_its_domain(rng: torch.Generator) -> None:
    noise = PoissonNoise(0.1)
    z = torch.tensor([[[[-0.5, 0.0]]]])
    assert torch.equal(noise.sample(z, rng), torch.zeros_like(z))
    assert noise.nll(z, torch.zeros_like(z)).item() == torch.inf
    zero = torch.zeros(1, 1, 1, 1)
    assert noise.nll(zero, zero).item() == 0
    assert noise.grad(zero, zero).item() == pytest.approx(10)
    point = zero.clone().requires_grad_()
    assert torch.autograd.grad(noise.nll(point, zero).sum(), point)[0].item() == pytest.approx(10)
    assert noise.grad(zero, zero + 1).item() == -torch.inf
    with pytest.raises(ShapeError, match="real"):
        noise.sample(torch.complex(z, z), rng)
    with pytest.raises(ArgumentError, match="`gain` must be positive"):
        PoissonNoise(0.0)


def test_mean_and_variance_in_image_units(rng: torch.Generator) -> None:
    gain = torch.tensor([0.01, 0.2])
    y = Denoising(PoissonNoise(gain))(torch.full((2, 1, 200, 200), 0.5), rng)
    torch.testing.assert_close(y.mean((1, 2, 3)), torch.full((2,), 0.5), rtol=0.01, atol=0)
    torch.testing.assert_close(y.var((1, 2, 3)), gain * 0.5, rtol=0.03, atol=0)


def test_background_shifts_the_law(rng: torch.Generator) -> None:
    noise = PoissonNoise(0.05, background=0.2)
    z = torch.full((1, 1, 200, 200), 0.3)
    y = noise.sample(z, rng)
    assert y.mean().item() == pytest.approx(0.5, rel=0.01)
    assert y.var().item() == pytest.approx(0.05 * 0.5, rel=0.03)
    z = torch.tensor([0.1, 0.7, -0.19], dtype=torch.float64).reshape(3, 1, 1, 1)
    exact = -scipy.stats.poisson((z.flatten().numpy() + 0.2) / 0.05).logpmf(3)
    nll = noise.nll(z, torch.full_like(z, 0.15))
    np.testing.assert_allclose((nll - nll[0]).numpy(), exact - exact[0], rtol=1e-10)
    assert noise.nll(z - 0.05, torch.zeros_like(z)).tolist()[2] == torch.inf
    assert noise.grad(z - 0.05, torch.ones_like(z)).flatten().tolist()[2] == -torch.inf
    with pytest.raises(ArgumentError, match="`background` must be at least 0"):
        PoissonNoise(0.1, background=-1.0)


def test_an_image_of_the_background_is_taken_pixel_by_pixel() -> None:
    z, y = torch.tensor([[[[0.5, 0.2]]]]), torch.tensor([[[[1.0, 0.3]]]])
    whole = PoissonNoise(0.1, torch.tensor([[[[0.3, 0.7]]]]))
    parts = [PoissonNoise(0.1, b) for b in (0.3, 0.7)]
    assert whole.nll(z, y).item() == pytest.approx(
        sum(p.nll(z[..., [i]], y[..., [i]]).item() for i, p in enumerate(parts))
    )
    both = torch.cat([p.prox(z[..., [i]], y[..., [i]], 0.1) for i, p in enumerate(parts)], -1)
    torch.testing.assert_close(whole.prox(z, y, 0.1), both)


@pytest.mark.parametrize("background", [0.0, 0.25])
def test_prox_and_conjugate_solve_their_problems(background: float) -> None:
    noise = PoissonNoise(0.1, background)
    one = torch.ones(1, 1, 1, 1, dtype=torch.float64)
    for z, y, step in ((0.5, 0.3, 0.01), (-2.0, 0.4, 0.05), (3.0, 7.0, 2.0)):
        got = noise.prox(z * one, y * one, step).item()

        def slope(u: float, z: float = z, y: float = y, step: float = step) -> float:
            return step * (1 - y / (u + background)) / 0.1 + u - z

        root = scipy.optimize.brentq(slope, -background + 1e-9, 50, xtol=1e-14)
        assert got == pytest.approx(root, abs=1e-10)
    for u, y in ((-5.0, 0.3), (2.0, 0.7), (9.0, 0.2), (-1.0, 0.0)):

        def loss(z: float, u: float = u, y: float = y) -> float:
            return noise.nll(z * one, y * one).item() - u * z

        options = {"xatol": 1e-11}
        best = -scipy.optimize.minimize_scalar(loss, bounds=(-background, 60), method="bounded", options=options).fun
        assert noise.conjugate(u * one, y * one).item() == pytest.approx(best, abs=1e-7)
    assert noise.conjugate(10 * one, one).item() == torch.inf
    assert noise.conjugate(10 * one, 0 * one).item() == pytest.approx(-10 * background)
    assert noise.conjugate(10.1 * one, 0 * one).item() == torch.inf


def test_the_value_is_the_same_where_gradients_are_recorded() -> None:
    z, y = (
        torch.tensor([[[[0.5, 0.2, 0.0]]], [[[0.5, -0.1, 0.3]]]]),
        torch.tensor([[[[1.0, 0.0, 0.0]]]]).expand(2, 1, 1, 3),
    )
    noise = PoissonNoise(torch.tensor([0.1, 0.2]))
    recorded = noise.nll(z.clone().requires_grad_(), y).detach()
    torch.testing.assert_close(noise.nll(z, y), recorded)
    assert recorded[1].item() == torch.inf
    assert noise.nll(torch.full_like(z, torch.nan), y).isnan().all()


def test_the_value_where_nothing_is_counted_or_nothing_is_expected() -> None:
    nll, nan, inf = PoissonNoise(1.0).nll, torch.nan, torch.inf
    for z, y, value in ((0.0, 0.0, 0.0), (2.0, 0.0, 2.0), (0.0, 1.0, inf), (-1.0, 0.0, inf), (-1.0, 1.0, inf)):
        assert nll(torch.tensor([[1.0, z]]), torch.tensor([[0.0, y]])).item() == 1 + value
    assert nll(torch.tensor([[1.0, nan], [1.0, 1.0]]), torch.zeros(2, 2)).isnan().tolist() == [True, False]
