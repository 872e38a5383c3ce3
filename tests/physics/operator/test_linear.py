import pytest
import torch
from torch import Tensor

from preimage.optim import ADMM, FISTA, PGD, L1Prior, Unrolled
from preimage.physics import (
    Blur,
    BlurFFT,
    Decolorize,
    Denoising,
    Downsampling,
    GaussianNoise,
    Inpainting,
    LinearPhysics,
    stack,
)  # fmt: skip
from preimage.physics.kernels import gaussian_blur
from preimage.physics.operator import Adjoint, Product, Scaled, Sum
from tests.example import LEVELS, Example, kernel

EXAMPLES = {
    Adjoint: [Example(lambda: Adjoint(BlurFFT(kernel(3, 3)), GaussianNoise(LEVELS)))],
    Product: [
        Example(lambda: Product(BlurFFT(kernel(3, 3)), BlurFFT(kernel(3, 4)), GaussianNoise(LEVELS))),
        Example(lambda: Product(Decolorize(), Blur(kernel(3, 3), "reflect"), GaussianNoise(0.1))),
    ],
    Scaled: [
        Example(lambda: Scaled(Blur(kernel(3, 3), "reflect"), -2.0, GaussianNoise(LEVELS))),
        Example(lambda: Scaled(Decolorize(), 0.5, GaussianNoise(0.1))),
    ],
    Sum: [Example(lambda: Sum(Blur(kernel(3, 3), "reflect"), Denoising(), GaussianNoise(LEVELS)))],
}


class Averages(LinearPhysics):
    """Means of neighbouring columns, one fewer than columns, times a weight: wide, without closed forms."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = weight

    def A(self, x: Tensor) -> Tensor:
        return self.weight * (x[..., 1:] + x[..., :-1]) / 2

    def A_adjoint(self, y: Tensor) -> Tensor:
        z = self.weight * y / 2
        return torch.nn.functional.pad(z, (1, 0)) + torch.nn.functional.pad(z, (0, 1))


def dense(weight: float, n: int) -> Tensor:
    eye = torch.eye(n, dtype=torch.float64)
    return weight * (eye[1:] + eye[:-1]) / 2


def test_defaults_agree_with_the_matrix() -> None:
    physics, n = Averages(torch.tensor(1.7, dtype=torch.float64)), 7
    m = dense(1.7, n)
    y, b = torch.rand(2, 1, 1, n - 1).double(), torch.rand(2, 1, 1, n).double()
    torch.testing.assert_close(physics.A_dagger(y)[:, 0, 0], y[:, 0, 0] @ torch.linalg.pinv(m).T, rtol=1e-8, atol=1e-9)
    rho = torch.tensor([0.1, 2.0], dtype=torch.float64)
    solution = physics.solve_shifted(b, rho)
    for index in range(2):
        truth = torch.linalg.solve(m.T @ m + rho[index] * torch.eye(n).double(), b[index, 0, 0])
        torch.testing.assert_close(solution[index, 0, 0], truth, rtol=1e-8, atol=1e-9)
    # The largest singular value of means of neighbours is cos(pi / 2n).
    exact = 1.7 * torch.cos(torch.tensor(torch.pi / (2 * n)))
    torch.testing.assert_close(physics.norm(torch.empty(1, 1, 1, n))[0], exact, rtol=1e-3, atol=0)
    torch.testing.assert_close(torch.linalg.matrix_norm(m, 2).float(), exact)


def test_gradients_flow_through_a_solve() -> None:
    b = torch.rand(1, 1, 1, 5).double().requires_grad_()
    weight = torch.tensor(1.3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda w, b: Averages(w).solve_shifted(b, 0.5), (weight, b), rtol=1e-4, atol=1e-6)
    y = torch.rand(1, 1, 1, 4).double().requires_grad_()
    assert torch.autograd.gradcheck(lambda w, y: Averages(w).A_dagger(y), (weight, y), rtol=1e-4, atol=1e-6)


def test_the_norm_of_nothing_is_zero_and_no_sample_sees_another() -> None:
    weights = torch.tensor([0.0, 1.0, 3.0]).reshape(3, 1, 1, 1)
    norms = Averages(weights).norm(torch.empty(3, 1, 4, 6))
    assert norms[0] == 0
    torch.testing.assert_close(norms[1:], norms[1] * torch.tensor([1.0, 3.0]))


def test_norm_where_singular_values_cluster():
    """Decimations with zero borders; on some, power iteration stops 0.6 % short."""
    units = torch.eye(64, dtype=torch.float64).reshape(64, 1, 8, 8)
    for seed in range(20):
        kernel = torch.randn(3, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
        physics = Downsampling(kernel, 2, padding="zero")
        dense = physics.A(units).flatten(1)
        wanted = torch.linalg.matrix_norm(dense, 2).reshape(1)
        torch.testing.assert_close(
            physics.norm(torch.empty(1, 1, 8, 8, dtype=torch.float64)), wanted, rtol=2e-3, atol=0
        )


def derivative(function, at, direction, step=1e-6):
    return float((function(at + step * direction) - function(at - step * direction)) / (2 * step))


@pytest.mark.parametrize("make", [
    lambda k: Blur(k, "reflect"), lambda k: Blur(k, "zero"), lambda k: Downsampling(k, 2, "replicate"),
    lambda k: stack(Blur(k, "reflect"), 2 * Blur(k, "zero")), lambda k: Denoising() + Blur(k, "reflect"),
    lambda k: 1j * Blur(k, "reflect"),
])  # fmt: skip
def test_the_norm_found_by_iteration_has_its_gradient(make, rng):
    kernel = gaussian_blur(1.0, size=5, dtype=torch.float64) + 0.05 * torch.rand(1, 1, 5, 5, dtype=torch.float64)
    direction = torch.randn(kernel.shape, dtype=torch.float64, generator=rng)

    def norm(k):
        return make(k).norm(torch.empty(2, 1, 8, 10, dtype=torch.float64)).sum()

    at = kernel.clone().requires_grad_()
    value = norm(at)
    assert float(value.detach()) == pytest.approx(float(norm(kernel)), rel=1e-5)
    (gradient,) = torch.autograd.grad(value, at)
    # Finite differences of the value that is accurate, since that without gradients is good to 1e-3 only.
    wanted = derivative(lambda k: norm(k.requires_grad_()).detach(), kernel, direction)
    assert float((gradient * direction).sum()) == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("algorithm", [PGD(), FISTA(), ADMM()])
def test_kernel_gradients_go_through_the_default_steps(algorithm, rng):
    kernel = gaussian_blur(1.0, size=5, dtype=torch.float64)
    y, target = (torch.rand(1, 1, 9, 8, dtype=torch.float64, generator=rng) for _ in range(2))
    direction = torch.randn(kernel.shape, dtype=torch.float64, generator=rng)
    network = Unrolled(algorithm, L1Prior(0.1), 5).double()

    def loss(k):
        return (network(y, Blur(k, "reflect", noise=GaussianNoise(0.1))) - target).square().sum()

    at = kernel.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(loss(at), at)
    wanted = derivative(lambda k: loss(k.requires_grad_()).detach(), kernel, direction)
    assert float((gradient * direction).sum()) == pytest.approx(wanted, rel=1e-3)


def test_pixels_measured_as_they_are_have_a_mask() -> None:
    y, mask = torch.zeros(2, 3, 4, 5), torch.rand(4, 5, generator=torch.Generator().manual_seed(0)) > 0.5
    found = Inpainting(mask).pixel_mask(y)
    assert found is not None
    assert torch.equal(found.expand(2, 3, 4, 5) > 0, mask.expand(2, 3, 4, 5))
    full = Denoising().pixel_mask(y)
    assert full is not None
    assert bool((full == 1).all())


@pytest.mark.parametrize(
    "physics", [Inpainting(torch.full((4, 5), 0.5)), BlurFFT(torch.ones(3, 3) / 9), stack(Denoising(), Denoising())]
)
def test_pixels_weighted_mixed_or_measured_twice_have_none(physics: LinearPhysics) -> None:
    assert physics.pixel_mask(physics.A(torch.zeros(2, 3, 4, 5))) is None
