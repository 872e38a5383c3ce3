import math

import pytest
import torch

from preimage.denoisers import NonLocalMeans
from preimage.errors import ArgumentError
from tests.example import Example

EXAMPLES = {NonLocalMeans: [Example(lambda: NonLocalMeans(3, 2)), Example(lambda: NonLocalMeans(1, 2), (2, 1, 1, 9))]}


def test_it_is_the_weighted_mean_of_the_formula(rng: torch.Generator) -> None:
    x = torch.rand(1, 2, 9, 9, generator=rng, dtype=torch.float64)
    total, weights = torch.zeros(2, dtype=torch.float64), 0.0
    own = x[0, :, 3:6, 3:6]
    for row in range(2, 7):
        for column in range(2, 7):
            other = x[0, :, row - 1 : row + 2, column - 1 : column + 2]
            distance = float((own - other).square().mean())
            weight = math.exp(-max(distance - 2 * 0.2**2, 0) / (0.7 * 0.2) ** 2)
            total, weights = total + weight * x[0, :, row, column], weights + weight
    torch.testing.assert_close(NonLocalMeans(3, 2, 0.7)(x, 0.2)[0, :, 4, 4], total / weights)


def test_repeated_structure_is_cleaned(rng: torch.Generator) -> None:
    x = (torch.arange(32) % 4 < 2).float().expand(1, 1, 32, 32)
    y = x + 0.1 * torch.randn(x.shape, generator=rng)
    assert float((NonLocalMeans(reach=5)(y, 0.1) - x).std()) < 0.05
    assert torch.equal(NonLocalMeans(reach=2)(y, 0.0), y)


def test_what_is_refused() -> None:
    for wrong in ({"size": 4}, {"reach": 0}, {"gain": 0.0}):
        with pytest.raises(ArgumentError):
            NonLocalMeans(**wrong)
