import itertools

import pytest
import torch
from torch import Tensor

from preimage.sampling.increments.marginal import Marginal

H = torch.tensor([[1.0, 0.6, 0.2], [0.3, 1.0, 0.9]], dtype=torch.float64)
Y = torch.tensor([1.4, -0.7], dtype=torch.float64)
VALUES = torch.tensor([0.2, 1.0, 4.0], dtype=torch.float64)


@pytest.fixture(params=["0", "1"], ids=["tensors", "loops"])
def _compile(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREIMAGE_COMPILE", request.param)


def marginal(variances: Tensor) -> Marginal:
    """That of variances (B, 3), by its definition."""
    inverse = torch.linalg.inv(0.09 * torch.eye(2) + (H * variances[:, None]) @ H.T)
    return Marginal(H.T @ inverse @ H, (inverse @ Y) @ H, variances)


def evidence(variances: Tensor) -> Tensor:
    """``log p(y | v)``."""
    covariance = 0.09 * torch.eye(2, dtype=torch.float64) + (H * variances) @ H.T
    return torch.distributions.MultivariateNormal(torch.zeros(2, dtype=torch.float64), covariance).log_prob(Y)


def drawn(count: int, rng: torch.Generator) -> Tensor:
    """Uniform numbers (count, 3)."""
    return torch.rand(count, 3, generator=rng, dtype=torch.float64)


def shares(variances: Tensor, among: Tensor) -> Tensor:
    """How often each of the patterns ``among`` (K, 3) is one of ``variances`` (B, 3)."""
    same = torch.isclose(variances[:, None], among).all(2)
    assert bool(same.any(1).all())
    return same.double().mean(0)


@pytest.mark.usefixtures("_compile")
def test_zeros_are_as_likely_as_the_densities_say(rng: torch.Generator) -> None:
    """From patterns drawn by their posterior, one pass leads to patterns that have it again; and so from all ones."""
    wide = torch.tensor([0.5, 0.8, 2.0], dtype=torch.float64)
    patterns = torch.tensor(list(itertools.product((0.0, 1.0), repeat=3)), dtype=torch.float64)
    odds = torch.tensor(0.3 / 0.7).log()
    exact = torch.stack([evidence(wide * bits) + bits.sum() * odds for bits in patterns]).softmax(0)
    found = marginal(wide.expand(5000, 3))
    for _ in range(8):
        found = found.choose(wide.expand(5000, 3), 0.3, drawn(5000, rng))
    torch.testing.assert_close(shares(found.variances, wide * patterns), exact, rtol=0, atol=0.025)


@pytest.mark.usefixtures("_compile")
def test_draws_of_the_prior_that_are_taken_have_the_posterior(rng: torch.Generator) -> None:
    among = torch.tensor(list(itertools.product(VALUES.tolist(), repeat=3)), dtype=torch.float64)
    exact = torch.stack([evidence(each) for each in among]).softmax(0)
    found = marginal(VALUES[torch.randint(3, (5000, 3), generator=rng)])
    for _ in range(25):
        found = found.renew(VALUES[torch.randint(3, (5000, 3), generator=rng)], drawn(5000, rng))
    torch.testing.assert_close(shares(found.variances, among), exact, rtol=0, atol=0.025)


@pytest.mark.usefixtures("_compile")
def test_places_are_as_likely_as_the_densities_say(rng: torch.Generator) -> None:
    """Which of the three places has which variance: six patterns that only change places."""
    among = torch.tensor(list(itertools.permutations(VALUES.tolist())), dtype=torch.float64)
    exact = torch.stack([evidence(each) for each in among]).softmax(0)
    found = marginal(VALUES.expand(5000, 3))
    for _ in range(12):
        found = found.exchange([1, 2, 0], drawn(5000, rng)).exchange([2, 1, 1], drawn(5000, rng))
    torch.testing.assert_close(shares(found.variances, among), exact, rtol=0, atol=0.025)


@pytest.mark.usefixtures("_compile")
def test_what_is_carried_along_is_that_of_the_new_variances(rng: torch.Generator) -> None:
    start = VALUES[torch.randint(3, (20, 3), generator=rng)]
    found = marginal(start).renew(VALUES[torch.randint(3, (20, 3), generator=rng)], drawn(20, rng))
    found = found.exchange([2, 0, 1], drawn(20, rng))
    found = found.choose(found.variances, 0.4, drawn(20, rng))
    wanted = marginal(found.variances)
    torch.testing.assert_close(found.power, wanted.power)
    torch.testing.assert_close(found.pull, wanted.pull)
    assert bool((found.variances == 0).any())
    assert not torch.equal(found.variances, start)
