import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.loss.recorruption import PoissonRecorruption
from preimage.physics import PoissonNoise
from preimage.physics.noise.base import draw_binomial
from tests.loss.recorruption.draws import require_moments


def test_its_parts_are_independent_with_the_variances_told() -> None:
    z = torch.tensor(0.3, dtype=torch.float64)
    first, second = require_moments(PoissonRecorruption(0.1, 0.2), PoissonNoise(0.1), z, 0.03 / 0.8, 0.03 / 0.2)
    torch.testing.assert_close((first * 8).round(), first * 8)
    torch.testing.assert_close((second * 2).round(), second * 2)


def test_the_parts_make_the_whole_and_no_count_stays_none() -> None:
    y = torch.tensor([[0.0, 0.1, 0.7]])
    first, second = PoissonRecorruption(0.1, 0.3).split(y, torch.Generator().manual_seed(0))
    torch.testing.assert_close(0.7 * first + 0.3 * second, y)
    assert first[0, 0] == second[0, 0] == 0


def test_a_background_is_part_of_the_noise() -> None:
    law = PoissonRecorruption(0.1, 0.5, background=0.2).noise().counts
    assert (law.gain, law.background) == (0.2, 0.2)


def test_binomial_numbers_come_from_the_generator() -> None:
    count, share = torch.full((1000,), 10.0), torch.full((1000,), 0.3)
    one, other = (draw_binomial(count, share, torch.Generator().manual_seed(0)) for _ in range(2))
    assert torch.equal(one, other)
    assert abs(one.mean() - 3) < 0.2


def test_what_cannot_be_thinned_is_told() -> None:
    with pytest.raises(ArgumentError, match="`alpha` must be in"):
        PoissonRecorruption(0.1, 1.0)
    with pytest.raises(ArgumentError, match="`gain`"):
        PoissonRecorruption(0.0)
    with pytest.raises(ShapeError, match="counts"):
        PoissonRecorruption(0.1).split(torch.ones(1, 1, dtype=torch.complex64))
