import pytest
import torch

from preimage.errors import ArgumentError
from preimage.sampling import Chains

X = torch.empty(3, 2, 5)


def test_a_sample_does_not_depend_on_the_batch() -> None:
    few, many = Chains.seeded(7, 2), Chains.seeded(7, 3)
    for _ in range(3):
        assert torch.equal(few.normal(X[:2]), many.normal(X)[:2])
        assert torch.equal(few.uniform(X[:2]), many.uniform(X)[:2])


def test_chains_draws_and_seeds_all_differ() -> None:
    chains = [Chains.seeded(seed, 50, draw) for seed in (0, 1, 2) for draw in (0, 1, 2)]
    first = torch.cat([each.uniform(torch.empty(50, 1, dtype=torch.float64)) for each in chains])
    assert len(first.unique()) == len(first)


def test_all_precisions_get_the_same_numbers() -> None:
    wide = Chains.seeded(0, 3).normal(X.double())
    torch.testing.assert_close(Chains.seeded(0, 3).normal(X), wide.float())


def test_chains_may_be_alike() -> None:
    z = Chains.seeded(3, 2, alike=True).normal(X[:2])
    assert torch.equal(z[0], z[1])
    assert torch.equal(z[:1], Chains.seeded(3, 1).normal(X[:1]))
    together, alone = Chains.seeded(3, 3, alike=True), Chains.seeded(3, 1)
    for shape in (torch.full((3, 4), 0.5), torch.tensor([[0.5, 2.0], [3.0, 0.2], [0.5, 2.0]])):
        drawn, one = together.gamma(shape), alone.gamma(shape[2:])
        assert torch.equal(drawn[2:], one)
        assert torch.equal(drawn[:1], one)  # rows of the same shape, whatever was drawn between
        assert drawn.shape == shape.shape


def test_numbers_have_the_law_they_should_have() -> None:
    z = Chains.seeded(0, 4).normal(torch.empty(4, 20_000))
    assert abs(float(z.mean())) < 0.02
    assert abs(float(z.std()) - 1) < 0.02
    c = Chains.seeded(0, 4).normal(torch.empty(4, 20_000, dtype=torch.complex64))
    assert abs(float(c.real.std()) - 1) < 0.02
    assert abs(float(c.imag.std()) - 1) < 0.02
    assert Chains.seeded(0, 0).normal(torch.empty(0, 3)).shape == (0, 3)


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match="one for each of 3 samples, got 2"):
        Chains.seeded(0, 2).normal(X)
    with pytest.raises(ArgumentError, match="must not be negative"):
        Chains.seeded(-1, 2)
