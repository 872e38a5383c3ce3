import numpy as np
import pytest
import scipy
import torch

from preimage.physics.noise.functions.photons import count_window, log_cells, log_sum

RATES = [0.0, 1e-3, 0.7, 5.0, 40.0, 3000.0, 10.0, 900.0]
DATA = [0.2, 3.0, -2.0, 5.3, 60.0, 2900.0, 300.0, 20.0]


def column(values: list[float]) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize("spread", [0.05, 0.4, 3.0, 30.0])
def test_sums_of_gaussians(spread: float) -> None:
    got = log_sum(column(RATES), column(DATA), column([spread] * len(DATA)))
    rates, k = np.array(RATES) + 1e-290, np.arange(4000)[:, None]
    terms = k * np.log(rates) - rates - scipy.special.gammaln(k + 1) - ((np.array(DATA) - k) / spread) ** 2 / 2
    np.testing.assert_allclose(got.numpy(), np.logaddexp.reduce(terms, 0), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("spread", [0.01, 0.4, 5.0])
@pytest.mark.parametrize("half", [0.01, 0.5, 20.0, 200.0])
def test_sums_of_cells(spread: float, half: float) -> None:
    rates, data = column(RATES[1:]), column(DATA[1:])
    got = log_cells(rates, data - half, data + half, column([spread] * len(rates)))
    k = np.arange(6000)[:, None]
    poisson = scipy.stats.poisson(rates.numpy()).logpmf(k)
    low, high = ((data.numpy() + sign * half - k) / spread for sign in (-1, 1))
    mirrored = low + high > 0
    low, high = np.where(mirrored, -high, low), np.where(mirrored, -low, high)
    top, bottom = scipy.stats.norm.logcdf(high), scipy.stats.norm.logcdf(low)
    with np.errstate(divide="ignore"):
        terms = poisson + top + np.log(-np.expm1(bottom - top))
    exact = np.logaddexp.reduce(terms, 0)
    np.testing.assert_allclose(got.numpy(), exact, rtol=1e-9, atol=1e-9)


def test_the_window_is_around_the_largest_term() -> None:
    centre, reach = count_window(column([5.0, 5.0]), column([5.0, 50.0]), column([0.1, 3.0]))
    assert centre[0].item() == 5
    assert 15 < centre[1].item() < 50
    assert reach >= 12
    assert count_window(column([]), column([]), column([]))[1] == 0
