import math

import numpy as np
import pytest
import torch

from preimage._ranges import check_count, check_interval, check_level, check_number, holds_everywhere
from preimage.errors import ArgumentError, ShapeError


@pytest.mark.parametrize("value", [1e-30, 2, torch.tensor([0.1, 3.0])])
def test_positive_numbers_pass(value: float | torch.Tensor) -> None:
    check_level("sigma", value, "give another")


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, torch.tensor([1.0, 0.0]), torch.tensor([1.0, math.nan])])
def test_what_is_not_positive_is_refused(value: float | torch.Tensor) -> None:
    with pytest.raises(ArgumentError, match=r"`sigma` must be positive, got .*; give another"):
        check_level("sigma", value, "give another")


def test_zero_may_be_allowed() -> None:
    check_level("sigma", 0, "give another", zero=True)
    check_level("sigma", torch.zeros(2), "give another", zero=True)
    with pytest.raises(ArgumentError, match=r"`sigma` must be at least 0, got -0\.5 in a tensor"):
        check_level("sigma", torch.tensor([0.0, -0.5]), "give another", zero=True)
    with pytest.raises(ArgumentError, match="got complex numbers"):
        check_level("sigma", torch.ones(1, dtype=torch.complex64), "give another")


def test_values_under_vmap_are_taken_for_granted() -> None:
    assert holds_everywhere(torch.tensor([True, True]))
    assert not holds_everywhere(torch.tensor([True, False]))
    seen = []
    torch.vmap(lambda x: seen.append(holds_everywhere(x > 9)) or x)(torch.ones(2, 1))
    assert seen == [True]


def test_one_number_or_one_per_sample() -> None:
    check_number("weight", 0.5, "give another")
    check_number("weight", torch.ones(()), "give another")
    check_number("weight", torch.ones(3), "give another")
    with pytest.raises(ShapeError, match=r"`weight` must be a number or \(B,\), got \(3, 1\)"):
        check_number("weight", torch.ones(3, 1), "give another")
    with pytest.raises(ArgumentError, match="`weight` must be positive, got 0 in a tensor"):
        check_number("weight", torch.zeros(3), "give another")


def test_what_a_network_has_computed_is_taken_as_it_is() -> None:
    parameter = torch.nn.Parameter(-torch.ones(1))
    check_number("weight", 2 * parameter, "give another")  # within the loop of a training
    with pytest.raises(ArgumentError, match="`weight` must be positive"):
        check_number("weight", parameter, "give another")


def test_counts_are_integers() -> None:
    check_count("steps", 1, "give more")
    check_count("steps", np.int64(3), "give more", least=3)
    with pytest.raises(ArgumentError, match="`steps` must be at least 2, got 1; give more"):
        check_count("steps", 1, "give more", least=2)
    for value in (1.5, math.nan, 2.0):
        with pytest.raises(ArgumentError, match="`steps` must be an integer, got"):
            check_count("steps", value, "give more")  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("interval", "inside", "outside"),
    [
        ("(0, 1)", (0.1, 0.9), (0.0, 1.0, math.nan)),
        ("[0, 1]", (0.0, 1.0), (-0.1, 1.1, math.nan)),
        ("(0, 1]", (1.0,), (0.0, 1.1)),
        ("[1, inf)", (1.0, 1e9), (0.9, math.inf)),
        ("(0, inf]", (math.inf,), (0.0,)),
    ],
)
def test_intervals_are_written_as_in_mathematics(
    interval: str, inside: tuple[float, ...], outside: tuple[float, ...]
) -> None:
    for value in inside:
        check_interval("share", value, interval, "give another")
    for value in outside:
        with pytest.raises(ArgumentError, match=r"`share` must be in .*, got .*; give another"):
            check_interval("share", value, interval, "give another")
