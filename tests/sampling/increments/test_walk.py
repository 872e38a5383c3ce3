import itertools

import pytest
import torch

from preimage.sampling.increments.walk import Walk

Y = torch.tensor([[0.4, 1.1, -0.3]], dtype=torch.float64)
LEVEL = torch.tensor([[0.5]], dtype=torch.float64)
VARIANCES = torch.tensor([[0.3, 0.0, 1.2]], dtype=torch.float64)
SUMS = torch.tril(torch.ones(3, 3, dtype=torch.float64))


def _covariance(variances: torch.Tensor) -> torch.Tensor:
    return SUMS @ torch.diag(variances) @ SUMS.T


def test_mean_and_spread_are_those_of_the_dense_matrices(rng: torch.Generator) -> None:
    prior = _covariance(VARIANCES[0])
    gain = prior @ torch.linalg.inv(prior + 0.25 * torch.eye(3))
    torch.testing.assert_close(Walk(Y, LEVEL, VARIANCES).mean(), Y @ gain.T)
    many = Walk(Y.expand(20000, 3), LEVEL, VARIANCES)
    drawn = many.draw(torch.randn(20000, 3, generator=rng, dtype=torch.float64))
    torch.testing.assert_close(drawn.T.cov(), prior - gain @ prior, rtol=0.04, atol=0.003)


def test_steps_that_may_be_zero_are_as_likely_as_the_densities_say(rng: torch.Generator) -> None:
    """Gibbs sweeps over three steps, against the evidence of each of the eight patterns."""
    variances = torch.tensor([0.3, 0.8, 1.2], dtype=torch.float64)
    patterns = [torch.tensor(bits, dtype=torch.float64) for bits in itertools.product((0, 1), repeat=3)]
    logs = torch.stack([
        torch.distributions.MultivariateNormal(
            torch.zeros(3, dtype=torch.float64), _covariance(variances * bits) + 0.25 * torch.eye(3)
        ).log_prob(Y[0]) + bits.sum() * torch.tensor(0.3 / 0.7).log()
        for bits in patterns
    ])  # fmt: skip
    exact = logs.softmax(0) @ torch.stack(patterns)
    many, active = Y.expand(4000, 3), torch.ones(4000, 3, dtype=torch.bool)
    for _ in range(8):
        walk = Walk(many, LEVEL, torch.where(active, variances, 0))
        active = walk.choose(variances.expand(4000, 3), 0.3, torch.rand(4000, 3, generator=rng, dtype=torch.float64))
    torch.testing.assert_close(active.double().mean(0), exact, rtol=0, atol=0.025)


@pytest.mark.parametrize("exchanged", [False, True], ids=["renew", "exchange"])
def test_moves_of_variances_keep_what_the_densities_say(exchanged: bool, rng: torch.Generator) -> None:
    """Three steps whose variances are each as likely one of three, or those three in any order."""
    values = torch.tensor([0.1, 0.8, 6.0], dtype=torch.float64)
    orders = itertools.permutations(values.tolist()) if exchanged else itertools.product(values.tolist(), repeat=3)
    among = torch.tensor(list(orders), dtype=torch.float64)
    logs = torch.stack([
        torch.distributions.MultivariateNormal(
            torch.zeros(3, dtype=torch.float64), _covariance(each) + 0.25 * torch.eye(3)
        ).log_prob(Y[0])
        for each in among
    ])  # fmt: skip
    many, found = Y.expand(4000, 3), values.expand(4000, 3)
    for _ in range(12):
        fresh = values[torch.randint(3, (4000, 3), generator=rng)]
        uniform = torch.rand(4000, 3, generator=rng, dtype=torch.float64)
        walk = Walk(many, LEVEL, found)
        found = walk.exchange(uniform) if exchanged else walk.renew(fresh, uniform)
    shares = (found[:, None] == among).all(2).double().mean(0)
    torch.testing.assert_close(shares, logs.softmax(0), rtol=0, atol=0.025)
