import math

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.optim import Simplex
from tests.example import LEVELS, Example, random

EXAMPLES = {Simplex: [Example(Simplex), Example(lambda: Simplex(10 * LEVELS))]}


def test_the_projection_is_that_of_a_quadratic_programme() -> None:
    """Of all sets of entries that may stay positive, the one whose projection is feasible and nearest."""
    x = random(1, 5, seed=3, low=-1).double()
    nearest, best = torch.zeros(5), math.inf
    for chosen in range(1, 2**5):
        kept = torch.tensor([bool(chosen >> index & 1) for index in range(5)])
        point = torch.where(kept, x[0] - (x[0][kept].sum() - 1) / kept.sum(), 0)
        if bool((point >= 0).all()) and float((point - x[0]).norm()) < best:
            nearest, best = point, float((point - x[0]).norm())
    torch.testing.assert_close(Simplex().prox(x, 0.3)[0], nearest)


def test_each_sample_is_a_whole() -> None:
    x = 5 * random(2, 3, 4, 4, seed=1, low=-1)
    point = Simplex(torch.tensor([1.0, 7.0])).prox(x, 0.1)
    torch.testing.assert_close(point.flatten(1).sum(1), torch.tensor([1.0, 7.0]))
    assert bool((point >= 0).all())
    assert Simplex(torch.tensor([1.0, 7.0]))(point).tolist() == [0, 0]
    assert Simplex()(point).tolist() == [0, math.inf]
    assert Simplex()(x).tolist() == [math.inf, math.inf]


def test_what_lies_in_it_stays() -> None:
    x = torch.tensor([[0.25, 0.75, 0.0]])
    torch.testing.assert_close(Simplex().prox(x, 3.0), x)


def test_a_total_is_positive() -> None:
    with pytest.raises(ArgumentError, match="`total`"):
        Simplex(0.0)
