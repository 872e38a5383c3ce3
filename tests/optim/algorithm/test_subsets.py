import itertools
from collections import Counter

import pytest
import torch

from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.optim import SAGA, SPDHG, Tikhonov
from preimage.optim.algorithm.subsets import DrawsTerms, draw_term, require_sum, terms_of
from preimage.physics import Denoising, GaussianNoise, stack
from tests.doubles import Valueless

Y = torch.rand(2, 1, 3, 4, generator=torch.Generator().manual_seed(0))
ONE = Denoising(GaussianNoise(0.1))


def test_draws_are_uniform_and_the_same_in_every_run() -> None:
    drawn = [draw_term(3, k, 4) for k in range(2000)]
    assert drawn == [draw_term(3, k, 4) for k in range(2000)]
    assert drawn != [draw_term(4, k, 4) for k in range(2000)]
    counts = Counter(drawn)
    assert set(counts) == {0, 1, 2, 3}
    assert sum((count - 500) ** 2 / 500 for count in counts.values()) < 16.3  # chi squared, 3 degrees: one in 1000
    assert 400 < sum(a == b for a, b in itertools.pairwise(drawn)) < 600  # steps do not follow each other


def test_terms_are_the_sensors_of_a_stack() -> None:
    f = likelihood(stack(ONE, ONE), (Y, Y))
    first, second = terms_of(f)
    torch.testing.assert_close(first(Y + 1) + second(Y + 1), f(Y + 1))
    alone = Valueless()
    assert terms_of(alone) == (alone,)


def test_one_term_is_no_sum() -> None:
    require_sum(likelihood(stack(ONE, ONE), (Y, Y)), SAGA())
    for f in (likelihood(ONE, Y), Tikhonov(1.0), Valueless()):
        with pytest.raises(CapabilityError, match=f"sum of terms for SAGA, got {type(f).__name__}"):
            require_sum(f, SAGA())


def test_who_draws_terms_takes_different_steps() -> None:
    for algorithm in (SAGA(), SPDHG()):
        assert isinstance(algorithm, DrawsTerms)
        assert not algorithm.is_stationary
