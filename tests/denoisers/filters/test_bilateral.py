import math

import pytest
import torch

from preimage.denoisers import BilateralFilter
from preimage.errors import ArgumentError
from tests.example import Example

EXAMPLES = {
    BilateralFilter: [Example(lambda: BilateralFilter(0.6)), Example(lambda: BilateralFilter(0.3), (2, 1, 1, 9))]
}


def test_it_is_the_weighted_mean_of_the_formula(rng: torch.Generator) -> None:
    x = torch.rand(1, 2, 9, 9, generator=rng, dtype=torch.float64)
    total, weights = torch.zeros(2, dtype=torch.float64), 0.0
    for row in range(2, 7):
        for column in range(2, 7):
            away = ((row - 4) ** 2 + (column - 4) ** 2) / (2 * 0.6**2)
            change = float((x[0, :, row, column] - x[0, :, 4, 4]).square().mean()) / (2 * (1.5 * 0.2) ** 2)
            weight = math.exp(-away - change)
            total, weights = total + weight * x[0, :, row, column], weights + weight
    torch.testing.assert_close(BilateralFilter(0.6, 1.5)(x, 0.2)[0, :, 4, 4], total / weights)


def test_edges_stay_and_noise_goes(rng: torch.Generator) -> None:
    x = (torch.arange(40) >= 20).float().expand(1, 1, 40, 40)
    y = x + 0.05 * torch.randn(x.shape, generator=rng)
    assert float((BilateralFilter()(y, 0.05) - x).std()) < 0.025
    assert torch.equal(BilateralFilter()(x, 0.0), x)


def test_what_is_refused() -> None:
    for wrong in ({"spread": 0.0}, {"gain": -1.0}):
        with pytest.raises(ArgumentError):
            BilateralFilter(**wrong)
