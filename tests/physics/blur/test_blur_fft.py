import pytest
import scipy.ndimage
import torch
from torch import Tensor

from preimage.errors import ShapeError
from preimage.fidelity import likelihood
from preimage.physics import Blur, BlurFFT
from preimage.physics.noise import GaussianNoise
from preimage.testing import check_linear
from tests.contract import require_operator
from tests.example import Example, kernel

EXAMPLES = {
    BlurFFT: [
        Example(lambda: BlurFFT(kernel(4, 3))),
        Example(lambda: BlurFFT(kernel(2, 3, 3, 4))),
        Example(lambda: BlurFFT(kernel(1, 1, 3, 2, 3)), shape=(2, 1, 4, 3, 5)),
    ],
}


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("size", [(6, 7), (5, 8)])
@pytest.mark.parametrize("taps", [(3, 3), (2, 4), (4, 3), (5, 7)])
def test_it_is_the_periodic_convolution_of_scipy(size: tuple[int, int], taps: tuple[int, int]) -> None:
    x, kernel = normal(1, 2, *size), normal(*taps, seed=1)
    truth = torch.stack([torch.as_tensor(scipy.ndimage.convolve(c.numpy(), kernel.numpy(), mode="wrap")) for c in x[0]])
    torch.testing.assert_close(BlurFFT(kernel).A(x)[0], truth)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(3, 3), (3, 2, 4), (2, 1, 7, 5), (2, 3, 2, 3)])
def test_contract(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    kernel = 0.2 * normal(*shape, seed=1).to(dtype)
    kernel[..., 1, 1] += 2.0
    blur = BlurFFT(kernel, GaussianNoise(0.1))
    x = normal(2, 3, 5, 6).to(dtype)
    require_operator(blur, x)


def test_volumes() -> None:
    blur, x = BlurFFT(normal(2, 1, 2, 3, 2, seed=1)), normal(2, 1, 3, 4, 5)
    truth = [scipy.ndimage.convolve(x[i, 0].numpy(), blur.kernel[i, 0].numpy(), mode="wrap") for i in range(2)]
    torch.testing.assert_close(blur.A(x)[:, 0], torch.stack([torch.as_tensor(t) for t in truth]))
    check_linear(blur, x)


def test_circular_blur_has_its_closed_forms() -> None:
    kernel, x = normal(2, 1, 4, 3, seed=1), normal(2, 2, 6, 7)
    ours, theirs, rho = Blur(kernel, "circular"), BlurFFT(kernel), torch.tensor([0.1, 2.0])
    torch.testing.assert_close(ours.A(x), theirs.A(x))
    assert torch.equal(ours.A_dagger(x), theirs.A_dagger(x))
    assert torch.equal(ours.solve_shifted(x, rho), theirs.solve_shifted(x, rho))
    assert torch.equal(ours.norm(torch.empty(2, 2, 6, 7)), theirs.norm(torch.empty((2, 2, 6, 7))))


def test_products_and_sums_keep_closed_forms() -> None:
    first, second, x = BlurFFT(normal(3, 3)), BlurFFT(normal(2, 4, seed=1)), normal(1, 1, 6, 5)
    product = first @ second
    torch.testing.assert_close(product.A(x), first.A(second.A(x)))
    both = first + second
    for combined in (product, both):
        found = combined.solve_shifted(x, 0.2)
        torch.testing.assert_close(combined.A_adjoint(combined.A(found)) + 0.2 * found, x, rtol=1e-12, atol=1e-12)


def test_gradients_in_the_kernel() -> None:
    x, rho = normal(1, 2, 5, 4), torch.tensor([0.3], dtype=torch.float64)

    def outputs(kernel: Tensor) -> tuple[Tensor, ...]:
        blur = BlurFFT(kernel)
        return blur.A(x), blur.A_adjoint(x), blur.solve_shifted(x, rho)

    assert torch.autograd.gradcheck(outputs, normal(3, 2, seed=1).requires_grad_())


def test_prox_of_the_likelihood_is_the_minimiser() -> None:
    blur, y, x = BlurFFT(normal(3, 3), GaussianNoise(0.2)), normal(1, 1, 6, 5, seed=1), normal(1, 1, 6, 5, seed=2)
    matrix = blur.A(torch.eye(30, dtype=torch.float64).reshape(30, 1, 6, 5)).flatten(1).T
    rho = 0.2**2 / 0.7
    system = matrix.T @ matrix + rho * torch.eye(30, dtype=torch.float64)
    truth = torch.linalg.solve(system, matrix.T @ y.flatten() + rho * x.flatten())
    torch.testing.assert_close(likelihood(blur, y).prox(x, 0.7).flatten(), truth)  # type: ignore[attr-defined]


def test_misfits() -> None:
    with pytest.raises(ShapeError, match="1 or C=2 channels"):
        BlurFFT(torch.ones(3, 3, 3)).A(torch.zeros(1, 2, 4, 4))
    with pytest.raises(ShapeError, match="`kernel` must be real"):
        BlurFFT(torch.ones(3, 3, dtype=torch.complex64))
