import math

import pytest
import torch

from preimage._ranges import check_level, holds_everywhere
from preimage.errors import ArgumentError


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
