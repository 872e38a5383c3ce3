import numpy as np
import pytest
import scipy
import torch

from preimage.errors import ArgumentError
from preimage.physics import LogPoissonNoise
from tests.example import LEVELS, Example

EXAMPLES = {
    LogPoissonNoise: [
        Example(LogPoissonNoise),
        Example(lambda: LogPoissonNoise(500 * LEVELS, 10 * LEVELS)),
    ],
}


def test_counts_follow_the_poisson_law(rng: torch.Generator) -> None:
    photons, attenuation, z = 40.0, 2.0, 0.8
    y = LogPoissonNoise(photons, attenuation).sample(torch.full((1, 1, 200, 250), z, dtype=torch.float64), rng)
    counts = (photons * (-attenuation * y).exp()).flatten()
    torch.testing.assert_close(counts[counts > 0.6], counts[counts > 0.6].round())
    law = scipy.stats.poisson(photons * np.exp(-attenuation * z))
    bins = torch.bincount((counts + 0.25).floor().long(), minlength=20)[:18].numpy()  # half a count is none
    expected = law.pmf(np.arange(18)) * counts.numel()
    pooled, wanted = np.append(bins, counts.numel() - bins.sum()), np.append(expected, counts.numel() - expected.sum())
    assert scipy.stats.chisquare(pooled, wanted).pvalue > 1e-3


def test_no_photon_counts_as_half_a_photon(rng: torch.Generator) -> None:
    y = LogPoissonNoise(100.0, 0.5).sample(torch.full((1, 1, 2, 2), 1e3), rng)
    torch.testing.assert_close(y, torch.full_like(y, 2 * np.log(200)))


def test_nll_is_scipys_up_to_a_constant_in_z() -> None:
    photons, attenuation, count = 50.0, 0.7, 17
    z = torch.tensor([0.1, 0.7, 2.0, 5.0], dtype=torch.float64).reshape(4, 1, 1, 1)
    y = torch.full_like(z, -np.log(count / photons) / attenuation)
    nll = LogPoissonNoise(photons, attenuation).nll(z, y)
    exact = -scipy.stats.poisson(photons * np.exp(-attenuation * z.flatten().numpy())).logpmf(count)
    np.testing.assert_allclose((nll - nll[0]).numpy(), exact - exact[0], rtol=1e-12)


@pytest.mark.parametrize("step", [1e-4, 0.01, 3.0])
def test_prox_is_the_minimiser_found_by_scipy(step: float) -> None:
    photons, attenuation = 30.0, 0.7
    for z, y in ((0.5, 0.3), (-2.0, 0.4), (4.0, -0.1)):
        tensors = [torch.tensor([[[[v]]]], dtype=torch.float64) for v in (z, y)]
        got = LogPoissonNoise(photons, attenuation).prox(*tensors, step).item()

        def slope(u: float, z: float = z, y: float = y) -> float:
            return step * photons * attenuation * (np.exp(-attenuation * y) - np.exp(-attenuation * u)) + u - z

        assert got == pytest.approx(scipy.optimize.brentq(slope, -50, 50, xtol=1e-13), abs=1e-10)


def test_conjugate_is_the_supremum_found_by_scipy() -> None:
    noise = LogPoissonNoise(30.0, 0.7)
    y = torch.full((1, 1, 1, 1), 0.4, dtype=torch.float64)
    most = 30 * 0.7 * np.exp(-0.7 * 0.4)  # the slope of nll at infinity
    for u in (-20.0, 0.0, 0.9 * most):

        def loss(z: float, u: float = u) -> float:
            return float(noise.nll(torch.full_like(y, z), y)) - u * z

        best = -scipy.optimize.minimize_scalar(loss, bounds=(-20, 40), method="bounded", options={"xatol": 1e-10}).fun
        assert noise.conjugate(torch.full_like(y, u), y).item() == pytest.approx(best, abs=1e-8)
    assert noise.conjugate(torch.full_like(y, most), y).item() == pytest.approx(0, abs=1e-10)
    assert noise.conjugate(torch.full_like(y, 1.001 * most), y).item() == torch.inf


def test_needs_photons() -> None:
    with pytest.raises(ArgumentError, match="`photons` must be positive"):
        LogPoissonNoise(0)
    with pytest.raises(ArgumentError, match="`attenuation` must be positive"):
        LogPoissonNoise(10, -1.0)
