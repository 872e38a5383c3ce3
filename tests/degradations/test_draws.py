import pytest
import torch

from preimage.degradations.draws import check_probability, draw_index, draw_integer, draw_number, draw_seed
from preimage.errors import ArgumentError


def test_numbers_fill_their_ranges(rng: torch.Generator) -> None:
    numbers = [draw_number((2.0, 4.0), rng) for _ in range(200)]
    assert 2 <= min(numbers) < 2.1
    assert 3.9 < max(numbers) < 4
    assert {draw_integer((3, 5), rng) for _ in range(100)} == {3, 4, 5}
    assert len({draw_seed(rng) for _ in range(20)}) == 20


def test_an_index_is_drawn_as_often_as_its_weight_says(rng: torch.Generator) -> None:
    drawn = [draw_index((1.0, 0.0, 3.0), rng) for _ in range(800)]
    assert set(drawn) == {0, 2}
    assert abs(drawn.count(2) - 600) < 60


def test_a_probability_is_from_zero_to_one() -> None:
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(ArgumentError, match="`p` must be from 0 to 1"):
            check_probability("p", wrong)
