import numpy as np
import scipy
import torch

from preimage.physics import GaussianNoise
from tests.example import LEVELS, Example

EXAMPLES = {
    GaussianNoise: [
        Example(GaussianNoise, complex=True),
        Example(lambda: GaussianNoise(LEVELS), complex=True),
    ],
}


def test_draws_follow_scipys_law(rng: torch.Generator) -> None:
    draws = GaussianNoise(0.3).sample(torch.full((1, 1, 100, 100), 0.5, dtype=torch.float64), rng)
    assert scipy.stats.kstest(draws.flatten().numpy(), scipy.stats.norm(0.5, 0.3).cdf).pvalue > 1e-3


def test_complex_draws_have_the_level_in_each_part(rng: torch.Generator) -> None:
    draws = GaussianNoise(0.3).sample(torch.zeros(1, 1, 100, 100, dtype=torch.complex128), rng).flatten()
    for part in (draws.real, draws.imag):
        assert scipy.stats.kstest(part.numpy(), scipy.stats.norm(0, 0.3).cdf).pvalue > 1e-3


def test_nll_is_scipys_up_to_a_constant() -> None:
    z = torch.linspace(-1, 1, 5, dtype=torch.float64).reshape(5, 1, 1, 1)
    nll = GaussianNoise(0.3).nll(z, torch.full_like(z, 0.2))
    exact = -scipy.stats.norm(z.flatten().numpy(), 0.3).logpdf(0.2)
    np.testing.assert_allclose((nll - nll[0]).numpy(), exact - exact[0], rtol=1e-12)


def test_one_level_per_image_and_the_same_numbers_for_every_dtype(rng: torch.Generator) -> None:
    noise = GaussianNoise(torch.tensor([0.1, 0.4]))
    y = noise.sample(torch.zeros(2, 1, 200, 200), rng)
    torch.testing.assert_close(y.std((1, 2, 3)), torch.tensor([0.1, 0.4]), rtol=0.02, atol=0)
    z, data = torch.rand(2, 1, 3, 3), torch.rand(2, 1, 3, 3)
    first = GaussianNoise(0.1).prox(z[:1], data[:1], 0.02)
    torch.testing.assert_close(noise.prox(z, data, 0.02)[:1], first)
    torch.testing.assert_close(first, (0.01 * z[:1] + 0.02 * data[:1]) / 0.03)


def test_conjugate_at_the_gradient_is_an_equality() -> None:
    z, y = (torch.randn(2, 1, 3, 4, dtype=torch.complex128, generator=torch.Generator().manual_seed(i)) for i in (0, 1))
    noise = GaussianNoise(torch.tensor([0.3, 2.0], dtype=torch.float64))
    u = noise.grad(z, y)
    torch.testing.assert_close(noise.nll(z, y) + noise.conjugate(u, y), (u.conj() * z).real.sum((1, 2, 3)))


def test_without_noise_only_the_truth_is_possible() -> None:
    z = torch.tensor([[[[0.3, 0.0]]], [[[0.3, 0.5]]], [[[0.3, 0.5]]]], dtype=torch.float64)
    y = torch.tensor([[[[0.3, 0.0]]], [[[0.3, 0.4]]], [[[0.3, 0.4]]]], dtype=torch.float64)
    noise = GaussianNoise(torch.tensor([0.0, 0.0, 0.1], dtype=torch.float64))
    torch.testing.assert_close(noise.nll(z, y).tolist(), [0.0, torch.inf, 0.5])
    torch.testing.assert_close(noise.grad(z, y).flatten().tolist(), [0.0, 0.0, 0.0, torch.inf, 0.0, 10.0])
    torch.testing.assert_close(noise.prox(z, y, 0.1)[:2], y[:2])
    assert GaussianNoise(0.0).nll(z[:1], y[:1]).item() == 0
    curvature = torch.autograd.functional.hessian(lambda a: noise.nll(a, y)[2], z).reshape(6, 6).diagonal()
    torch.testing.assert_close(curvature[4:].tolist(), [100.0, 100.0])  # where they agree, too
