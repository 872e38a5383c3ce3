import pytest
import torch

from preimage.errors import ArgumentError
from preimage.sampling import Chains
from preimage.sampling.increments import (
    GaussianIncrements,
    IncrementDenoiser,
    IncrementLaw,
    LaplaceIncrements,
    SpikeLaplaceIncrements,
    StudentIncrements,
)
from tests.example import Example
from tests.sampling.increments.grid import posterior_of_two

EXAMPLES = {
    IncrementDenoiser: [
        Example(lambda: IncrementDenoiser(LaplaceIncrements(), 3, 1), (2, 1, 3, 4)),
        Example(lambda: IncrementDenoiser(SpikeLaplaceIncrements(), 3, 1), (2, 1, 1, 5)),
    ]
}


def test_normal_increments_have_a_mean_and_a_derivative_in_closed_form(rng: torch.Generator) -> None:
    x = torch.randn(2, 1, 2, 6, generator=rng, dtype=torch.float64).requires_grad_()
    sums = torch.tril(torch.ones(6, 6, dtype=torch.float64))
    prior = 0.25 * sums @ sums.T
    gain = prior @ torch.linalg.inv(prior + 0.09 * torch.eye(6))
    found = IncrementDenoiser(GaussianIncrements(0.25), 2, 0)(x, torch.tensor([0.3, 0.3]))
    torch.testing.assert_close(found, x @ gain.T)
    u = torch.randn(x.shape, generator=rng, dtype=torch.float64)
    torch.testing.assert_close(torch.autograd.grad(found, x, u)[0], u @ gain)


@pytest.mark.parametrize("law", [LaplaceIncrements(0.6), SpikeLaplaceIncrements(0.8, 0.3)], ids=lambda law: law.rate)
def test_mean_and_covariance_by_integration(law: IncrementLaw) -> None:
    """Each row of the derivative is one of the covariance over the variance of the noise."""
    x = torch.tensor([[[[0.9, 1.6]]]], dtype=torch.float64).requires_grad_()
    mean, covariance, _ = posterior_of_two(law, x.detach()[0, 0, 0], 0.5)
    found = IncrementDenoiser(law, 1000, 20)(x, 0.5)
    torch.testing.assert_close(found[0, 0, 0].detach(), mean, rtol=0, atol=0.03)
    rows = [torch.autograd.grad(found, x, unit[None, None, None], retain_graph=True)[0] for unit in torch.eye(2)]
    torch.testing.assert_close(torch.cat(rows)[:, 0, 0] * 0.25, covariance, rtol=0.1, atol=0.01)


def test_few_sweeps_find_the_jumps_of_heavy_tails_in_strong_noise() -> None:
    """The mean of the usual chain is near that of a long one, by the error that the truth leaves to the latter."""
    law, chains = StudentIncrements(1.0), Chains.seeded(2, 8)
    truth = law.draw(torch.zeros(8, 64, dtype=torch.float64), chains).cumsum(1)[:, None, None]
    x = truth + 30 * chains.normal(truth)
    best = IncrementDenoiser(law, 300, 50, seed=1)(x, 30.0)
    gap = (IncrementDenoiser(law)(x, 30.0) - best).square().mean() / (best - truth).square().mean()
    assert gap < 0.1


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`sweeps`"):
        IncrementDenoiser(LaplaceIncrements(), 0)
    with pytest.raises(ArgumentError, match="`sigma`"):
        IncrementDenoiser(LaplaceIncrements())(torch.zeros(1, 1, 1, 3), 0.0)
