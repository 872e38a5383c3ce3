import numpy as np
import pytest
import pywt
import torch

from preimage.errors import ArgumentError
from preimage.optim import WaveletPrior
from tests.example import LEVELS, Example

EXAMPLES = {
    WaveletPrior: [
        Example(lambda: WaveletPrior(LEVELS, "db2", 2), complex=True),
        Example(lambda: WaveletPrior(0.1, "haar", 1), shape=(2, 1, 4, 3, 5)),
        Example(lambda: WaveletPrior(LEVELS, ("haar", "db2"), 2, tol=1e-6), complex=True, tol=1e-4),
    ],
}

NAMES = ("haar", "db2")


def dense(prior: WaveletPrior, shape: tuple[int, ...]) -> torch.Tensor:
    """The matrix of ``K`` on images of ``shape``."""
    size = int(np.prod(shape))
    return prior.linear(torch.eye(size, dtype=torch.float64).reshape(size, *shape)).reshape(size, -1).mT


def test_value_is_the_mean_over_the_bases_of_pywavelets(rng: torch.Generator) -> None:
    x = torch.rand(2, 1, 16, 16, generator=rng, dtype=torch.float64)
    total = 0.0
    for name in NAMES:
        _, *details = pywt.wavedec2(x[0, 0].numpy(), name, mode="periodization", level=2)
        total += sum(np.abs(band).sum() for bands in details for band in bands)
    assert WaveletPrior(0.3, NAMES, 2)(x)[0].item() == pytest.approx(0.3 * total / 2)


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_prox_meets_the_optimality_conditions_of_a_dense_dual(dtype: torch.dtype, rng: torch.Generator) -> None:
    # Projected gradient on min 1/2 ||x - K^T z||^2 over |z_i| <= step * weight / sqrt(n), with dense matrices.
    x = torch.randn(1, 1, 4, 6, generator=rng, dtype=dtype)
    prior = WaveletPrior(0.5, NAMES, 2, tol=1e-12, max_steps=20000)
    matrix, radius = dense(prior, (1, 4, 6)).to(dtype), 0.8 * 0.5 / 2**0.5
    z, ahead, a = torch.zeros(matrix.shape[0], dtype=dtype), torch.zeros(matrix.shape[0], dtype=dtype), 1.0
    for _ in range(5000):
        v = ahead + matrix @ (x.flatten() - matrix.mT @ ahead)
        new = v / (v.abs() / radius).clamp_min(1)
        following = (1 + (1 + 4 * a * a) ** 0.5) / 2
        ahead, z, a = new + (a - 1) / following * (new - z), new, following
    expected = x.flatten() - matrix.mT @ z
    torch.testing.assert_close(prior.prox(x, 0.8).flatten(), expected, atol=1e-5, rtol=0)


def test_the_same_basis_twice_is_that_basis(rng: torch.Generator) -> None:
    x = torch.rand(2, 2, 7, 5, generator=rng, dtype=torch.float64)
    one, twice = WaveletPrior(0.3, "db2", 2), WaveletPrior(0.3, ("db2", "db2"), 2, tol=1e-12)
    torch.testing.assert_close(twice(x), one(x))
    torch.testing.assert_close(twice.prox(x, 0.5), one.prox(x, 0.5), atol=1e-5, rtol=0)
    torch.testing.assert_close(WaveletPrior(0.3, ("db2",), 2).prox(x, 0.5), one.prox(x, 0.5))


def test_norm_and_conjugate_of_the_composed_form(rng: torch.Generator) -> None:
    prior = WaveletPrior(0.4, NAMES, 1)
    assert torch.linalg.matrix_norm(dense(prior, (1, 4, 6)), 2).item() == pytest.approx(1)
    assert prior.linear_norm(torch.zeros(1, 1, 4, 6)).tolist() == [1]
    x = torch.randn(2, 1, 4, 6, generator=rng, dtype=torch.float64)
    # g(x) = h(K x) and Moreau: the rest of the outer prox is where h* is zero and <z, u> = h(u).
    v = prior.linear(x)
    u = prior.outer_prox(v, 0.7)
    z = (v - u) / 0.7
    assert prior.outer_conjugate(z).tolist() == [0, 0]
    assert prior.outer_conjugate(1.01 * z).tolist() == [torch.inf, torch.inf]
    h = 0.4 / 2**0.5 * u.abs().flatten(1).sum(1)
    torch.testing.assert_close((z * u).flatten(1).sum(1), h)
    torch.testing.assert_close(0.4 / 2**0.5 * v.abs().flatten(1).sum(1), prior(x))


def test_gradients_against_finite_differences(rng: torch.Generator) -> None:
    x = torch.randn(1, 1, 6, 5, generator=rng, dtype=torch.float64)
    target = torch.randn(x.shape, generator=rng, dtype=x.dtype)

    def loss(image: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        prior = WaveletPrior(weight, NAMES, 2, tol=1e-13, max_steps=20000)
        return (prior.prox(image, 1.0) - target).square().sum()

    point, weight = x.clone().requires_grad_(), torch.tensor([0.3], dtype=torch.float64, requires_grad=True)
    by_x, by_weight = torch.autograd.grad(loss(point, weight), (point, weight))
    h = 1e-5
    with torch.no_grad():
        slope = (loss(x, weight + h) - loss(x, weight - h)) / (2 * h)
        assert by_weight.item() == pytest.approx(slope.item(), rel=0.05)
        d = torch.randn(x.shape, generator=rng, dtype=x.dtype)
        slope = (loss(x + h * d, weight) - loss(x - h * d, weight)) / (2 * h)
        # Not exact: |c| is smoothed.
        assert abs((by_x * d).sum().item() - slope.item()) < 0.05 * by_x.norm().item()


def test_no_wavelet_is_refused() -> None:
    with pytest.raises(ArgumentError, match="at least one wavelet"):
        WaveletPrior(0.1, ())
