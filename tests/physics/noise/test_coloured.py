import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.fidelity import likelihood
from preimage.physics import BandingNoise, CorrelatedGaussianNoise, Denoising, Inpainting
from preimage.physics.noise._coloured import ColouredNoise

KERNEL = torch.tensor([[0.2, 1.0, 0.5], [0.0, 0.7, 0.1]], dtype=torch.float64)
NOISES = [
    CorrelatedGaussianNoise(KERNEL, 0.3, 0.05),
    CorrelatedGaussianNoise(torch.stack([KERNEL, KERNEL.flip(0)]), 0.3, 0.05),
    BandingNoise(0.1, 0.3, 0.2),
    BandingNoise(0.1, 0.3),
]


def covariance(noise: ColouredNoise, shape: tuple[int, ...]) -> Tensor:
    """``C`` as a matrix, from its square root applied to unit vectors."""
    size = torch.Size(shape).numel()
    units = torch.eye(size, dtype=torch.float64).reshape(size, *shape)
    root = noise.filtered(units, torch.sqrt).reshape(size, size)
    return root @ root.mT


def random(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("noise", NOISES, ids=repr)
def test_all_is_that_of_the_dense_normal_law(noise: ColouredNoise) -> None:
    z, y = random(2, 2, 4, 5, seed=1), random(2, 2, 4, 5, seed=2)
    matrix = covariance(noise, (2, 4, 5))
    law = torch.distributions.MultivariateNormal(z.flatten(1), matrix)
    torch.testing.assert_close(noise.log_prob(z, y), law.log_prob(y.flatten(1)))
    inverse = torch.linalg.inv(matrix)
    gap = (z - y).flatten(1)
    torch.testing.assert_close(noise.grad(z, y).flatten(1), gap @ inverse)
    for step in (0.1, torch.tensor([0.01, 3.0], dtype=torch.float64)):
        tau = torch.as_tensor(step, dtype=torch.float64).expand(2)
        for i in range(2):
            system = torch.eye(40, dtype=torch.float64) + tau[i] * inverse
            exact = torch.linalg.solve(system, z[i].flatten() + tau[i] * (inverse @ y[i].flatten()))
            torch.testing.assert_close(noise.prox(z, y, step)[i].flatten(), exact)
    values = torch.linalg.eigvalsh(matrix)
    assert noise.curvature(y).tolist() == pytest.approx([1 / values[0].item()])
    assert noise.information(y, None).tolist() == pytest.approx([(1 / values).mean().item()])
    whitened = noise.whiten(z - y).flatten(1)
    torch.testing.assert_close(whitened.square().sum(1), (gap @ inverse * gap).sum(1))
    torch.testing.assert_close(noise.deviance(z, y).flatten(1), whitened.square())
    assert not noise.is_entrywise


@pytest.mark.parametrize("noise", NOISES, ids=repr)
def test_draws_have_the_covariance(noise: ColouredNoise, rng: torch.Generator) -> None:
    draws = noise.sample(torch.zeros(20_000, 2, 3, 3, dtype=torch.float64), rng).flatten(1)
    expected = covariance(noise, (2, 3, 3))
    products = (draws[:, :, None] * draws[:, None]).double()
    error = products.std(0) / len(draws) ** 0.5
    assert ((products.mean(0) - expected).abs() < 4.5 * error).all()


def test_complex_data_have_two_independent_parts() -> None:
    noise = NOISES[0]
    z, y = (torch.complex(random(2, 1, 4, 5, seed=k), random(2, 1, 4, 5, seed=k + 1)) for k in (1, 3))
    expected = noise.log_prob(z.real, y.real) + noise.log_prob(z.imag, y.imag)
    torch.testing.assert_close(noise.log_prob(z, y), expected)


def test_hidden_entries_and_silent_frequencies_are_refused() -> None:
    y = torch.zeros(1, 1, 1, 2)
    with pytest.raises(ArgumentError, match="`y` must be measured everywhere for BandingNoise"):
        likelihood(Inpainting(torch.tensor([[1.0, 0.0]]), BandingNoise()), y)
    with pytest.raises(ArgumentError, match="`y` must have noise in every direction"):
        likelihood(Denoising(CorrelatedGaussianNoise(torch.ones(1, 2), 0.1, 0.0)), y)
