import numpy as np
import pytest
import scipy
import torch

from preimage.errors import ArgumentError
from preimage.physics import LaplaceNoise
from tests.example import LEVELS, Example

EXAMPLES = {
    LaplaceNoise: [
        Example(LaplaceNoise, complex=True),
        Example(lambda: LaplaceNoise(LEVELS), complex=True),
    ],
}


def test_draws_follow_scipys_law(rng: torch.Generator) -> None:
    draws = LaplaceNoise(0.3).sample(torch.full((1, 1, 100, 100), 0.5, dtype=torch.float64), rng)
    assert scipy.stats.kstest(draws.flatten().numpy(), scipy.stats.laplace(0.5, 0.3).cdf).pvalue > 1e-3


def test_complex_draws_have_a_gamma_modulus(rng: torch.Generator) -> None:
    draws = LaplaceNoise(0.3).sample(torch.zeros(1, 1, 100, 100, dtype=torch.complex128), rng).flatten()
    assert scipy.stats.kstest(draws.abs().numpy(), scipy.stats.gamma(2, scale=0.3).cdf).pvalue > 1e-3
    assert scipy.stats.kstest(draws.angle().numpy(), scipy.stats.uniform(-np.pi, 2 * np.pi).cdf).pvalue > 1e-3


def test_nll_is_scipys_up_to_a_constant() -> None:
    z = torch.linspace(-1, 1, 5, dtype=torch.float64).reshape(5, 1, 1, 1)
    nll = LaplaceNoise(0.3).nll(z, torch.full_like(z, 0.2))
    exact = -scipy.stats.laplace(z.flatten().numpy(), 0.3).logpdf(0.2)
    np.testing.assert_allclose((nll - nll[0]).numpy(), exact - exact[0], rtol=1e-12)


def test_prox_is_a_soft_threshold_around_the_data() -> None:
    z = torch.tensor([-1.0, 0.1, 0.35, 2.0]).reshape(1, 1, 1, 4)
    got = LaplaceNoise(0.5).prox(z, torch.full_like(z, 0.2), 0.1)
    torch.testing.assert_close(got.flatten(), torch.tensor([-0.8, 0.2, 0.2, 1.8]))


def test_needs_a_positive_scale() -> None:
    with pytest.raises(ArgumentError, match="`scale` must be positive"):
        LaplaceNoise(0)


def test_conjugate_is_a_ball() -> None:
    y = torch.tensor([[[[3.0 + 1.0j, -1.0j]]]])
    u = torch.tensor([[[[1.2 - 1.6j, 0.5j]]]])  # moduli 2 and 1/2
    assert LaplaceNoise(0.5).conjugate(u, y).item() == pytest.approx(3.6 - 1.6 - 0.5)
    assert LaplaceNoise(0.51).conjugate(u, y).item() == torch.inf
