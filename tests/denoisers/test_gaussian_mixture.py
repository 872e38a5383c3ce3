from itertools import pairwise

import numpy as np
import pytest
import torch
from scipy.special import logsumexp
from torch import Tensor

import preimage.denoisers.gaussian_mixture as module
from preimage.denoisers import GaussianMixture
from preimage.errors import ArgumentError, ShapeError


def some_mixture(rng: torch.Generator, components: int = 3, dim: int = 4) -> GaussianMixture:
    factors = torch.randn(components, dim, dim, generator=rng, dtype=torch.float64)
    weights = torch.rand(components, generator=rng, dtype=torch.float64)
    means = torch.randn(components, dim, generator=rng, dtype=torch.float64)
    return GaussianMixture(weights / weights.sum(), means, factors @ factors.mT + 0.1 * torch.eye(dim))


def test_density_is_scipys(rng: torch.Generator) -> None:
    from scipy.stats import multivariate_normal

    mixture = some_mixture(rng)
    v = 2 * torch.randn(50, 4, generator=rng, dtype=torch.float64)
    logs = [
        np.log(weight) + multivariate_normal(mean, covariance).logpdf(v.numpy())
        for weight, mean, covariance in zip(*(t.numpy() for t in mixture.fields().values()), strict=True)
    ]
    expected = torch.from_numpy(logsumexp(logs, 0))
    torch.testing.assert_close(mixture.log_prob(v), expected)
    torch.testing.assert_close(mixture(v.reshape(5, 10, 4)), -expected.reshape(5, 10))
    responsibilities = torch.from_numpy(np.exp(np.array(logs) - expected.numpy()).T)
    torch.testing.assert_close(mixture.responsibilities(v), responsibilities)
    assert torch.equal(mixture.most_likely(v), responsibilities.argmax(1))


def test_noise_adds_to_the_covariances(rng: torch.Generator) -> None:
    mixture = some_mixture(rng)
    noisy = mixture.with_noise(0.3)
    torch.testing.assert_close(noisy.covariances, mixture.covariances + 0.3 * torch.eye(4, dtype=torch.float64))
    assert noisy.means is mixture.means


def test_the_gradient_of_the_density(rng: torch.Generator) -> None:
    mixture = some_mixture(rng)
    v = torch.randn(3, 4, generator=rng, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(mixture.log_prob, v)
    assert torch.autograd.gradgradcheck(mixture.log_prob, v)


def samples(mixture: GaussianMixture, count: int, rng: torch.Generator) -> Tensor:
    which = torch.multinomial(mixture.weights, count, replacement=True, generator=rng)
    factors = torch.linalg.cholesky(mixture.covariances)[which]
    noise = torch.randn(count, mixture.means.shape[1], 1, generator=rng, dtype=torch.float64)
    return mixture.means[which] + (factors @ noise)[..., 0]


def test_one_component_is_fitted_in_closed_form(rng: torch.Generator) -> None:
    v = torch.randn(200, 3, generator=rng, dtype=torch.float64) + 1
    fitted = GaussianMixture.fit(v, 1, rng, zero_mean=False)
    torch.testing.assert_close(fitted.means[0], v.mean(0))
    torch.testing.assert_close(fitted.covariances[0], v.mT.cov(correction=0))
    centred = GaussianMixture.fit(v, 1, rng)
    assert torch.equal(centred.means, torch.zeros(1, 3, dtype=torch.float64))
    torch.testing.assert_close(centred.covariances[0], v.mT @ v / 200)


@pytest.mark.parametrize("zero_mean", [True, False])
def test_a_fit_finds_the_mixture_that_made_the_data(zero_mean: bool, rng: torch.Generator) -> None:
    spreads = torch.tensor([[[1.0, 0.9], [0.9, 1.0]], [[0.04, 0.0], [0.0, 0.5]]], dtype=torch.float64)
    means = torch.tensor([[0.0, 0.0], [1.5, -1.5]], dtype=torch.float64) * (0 if zero_mean else 1)
    truth = GaussianMixture(torch.tensor([0.7, 0.3], dtype=torch.float64), means, spreads)
    v = samples(truth, 20_000, rng)
    rises: list[float] = []
    fitted = GaussianMixture.fit(v, 2, rng, tol=1e-7, zero_mean=zero_mean, report=lambda _, value: rises.append(value))
    assert all(after >= before - 1e-12 for before, after in pairwise(rises))
    assert len(rises) > 3
    order = fitted.weights.argsort(descending=True)
    # Standard errors of 20,000 samples are below 0.01; of the covariances, twice that.
    torch.testing.assert_close(fitted.weights[order], truth.weights, atol=0.02, rtol=0)
    torch.testing.assert_close(fitted.means[order], truth.means, atol=0.03, rtol=0)
    torch.testing.assert_close(fitted.covariances[order], truth.covariances, atol=0.04, rtol=0)
    assert float(fitted.log_prob(v).mean()) >= float(truth.log_prob(v).mean())


def test_one_step_of_expectation_maximisation_against_loops(
    rng: torch.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CHUNK", 7)  # more than one chunk
    v = torch.randn(30, 2, generator=rng, dtype=torch.float64)
    one, two = (
        GaussianMixture.fit(v, 3, torch.Generator().manual_seed(5), max_steps=n, floor=1e-12, zero_mean=False)
        for n in (1, 2)
    )
    shares = one.responsibilities(v)
    for k in range(3):
        count = shares[:, k].sum()
        mean = (shares[:, k, None] * v).sum(0) / count
        spread = torch.stack([s * torch.outer(p - mean, p - mean) for s, p in zip(shares[:, k], v, strict=True)])
        torch.testing.assert_close(two.weights[k], count / 30)
        torch.testing.assert_close(two.means[k], mean)
        torch.testing.assert_close(two.covariances[k], spread.sum(0) / count)


def test_a_floor_keeps_flat_data_and_lone_points_positive_definite(rng: torch.Generator) -> None:
    v = torch.randn(40, 5, generator=rng)
    v = torch.cat([v - v.mean(1, keepdim=True), torch.zeros(20, 5)])  # no spread along the mean; a point of mass
    rises: list[float] = []
    fitted = GaussianMixture.fit(v, 12, rng, floor=1e-4, report=lambda _, value: rises.append(value))
    assert float(torch.linalg.eigvalsh(fitted.covariances.double()).min()) > 1e-4 - 1e-6  # float32, largest is 2
    assert bool(fitted.log_prob(v).isfinite().all())
    assert all(after >= before - 1e-4 for before, after in pairwise(rises))
    torch.testing.assert_close(fitted.weights.sum(), torch.tensor(1.0))


def test_the_start_is_drawn_from_the_generator(rng: torch.Generator) -> None:
    v = torch.randn(50, 2, generator=rng)
    first, again, other = (
        GaussianMixture.fit(v, 4, torch.Generator().manual_seed(seed), max_steps=1) for seed in (0, 0, 1)
    )
    assert torch.equal(first.covariances, again.covariances)
    assert not torch.equal(first.covariances, other.covariances)


def test_arguments_are_checked() -> None:
    with pytest.raises(ShapeError, match=r"\(2,\) and \(2, 3, 3\)"):
        GaussianMixture(torch.ones(2), torch.zeros(2, 3), torch.eye(3))
    with pytest.raises(ArgumentError, match=r"`components` must be in 1\.\.4"):
        GaussianMixture.fit(torch.zeros(4, 2), 5)
    with pytest.raises(ArgumentError, match="`floor` > 0"):
        GaussianMixture.fit(torch.zeros(4, 2), 2, floor=0.0)
