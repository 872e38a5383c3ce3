import itertools
from typing import Any

import pytest
import scipy.ndimage
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import Blur, Downsampling
from preimage.physics.noise import GaussianNoise
from preimage.testing import check_linear
from preimage.transform.border import Padding
from preimage.transform.convolution import convolve, convolve_adjoint
from tests.contract import require_operator
from tests.example import Example, kernel

EXAMPLES = {
    Downsampling: [
        *[
            Example(lambda p=p: Downsampling(kernel(4, 3), 2, p), shape=(2, 3, 6, 4))
            for p in ("valid", "circular", "replicate", "reflect", "zero")
        ],
        Example(lambda: Downsampling(kernel(2, 1, 5, 5), 3), shape=(2, 2, 9, 6)),
        Example(lambda: Downsampling(kernel(3, 4, 4), 1), shape=(2, 3, 5, 4)),
        Example(lambda: Downsampling(kernel(1, 1, 3, 2, 3), 2), shape=(2, 1, 4, 4, 2)),
    ],
}

PADDINGS: tuple[Padding, ...] = ("valid", "circular", "replicate", "reflect", "zero")


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def dense(physics: Downsampling, sizes: tuple[int, int]) -> Tensor:
    n = sizes[0] * sizes[1]
    return physics.A(torch.eye(n, dtype=torch.float64).reshape(n, 1, *sizes)).flatten(1).T


@pytest.mark.parametrize("factor", [1, 2, 3])
@pytest.mark.parametrize("taps", [(3, 3), (4, 5), (2, 1)])
def test_it_is_scipys_convolution_decimated(factor: int, taps: tuple[int, int]) -> None:
    x, kernel = normal(1, 1, 6, 12), normal(*taps, seed=1)
    truth = scipy.ndimage.convolve(x[0, 0].numpy(), kernel.numpy(), mode="wrap")[::factor, ::factor].copy()
    torch.testing.assert_close(Downsampling(kernel, factor).A(x)[0, 0], torch.as_tensor(truth))


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_both_ways_are_the_blur_decimated(padding: Padding, factor: int) -> None:
    x = normal(2, 2, 12, 24)
    for taps in (normal(3, 3, seed=1), normal(4, 2, seed=1), normal(2, 1, 5, 6, seed=1), normal(2, 2, 3, 2, seed=1)):
        truth = Blur(taps, padding).A(x)[..., ::factor, ::factor]
        v = normal(*truth.shape, seed=2)
        for method in ("fft", "direct"):
            torch.testing.assert_close(convolve(x, taps, padding, method, factor), truth)
            back = convolve_adjoint(v, taps, padding, method, factor)
            torch.testing.assert_close((back * x).sum(), (v * truth).sum())


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize(
    ("factor", "shape", "dtype"),
    [(2, (3, 3), torch.float32), (3, (4, 5), torch.float64), (2, (2, 1, 3, 4), torch.float32)],
)
def test_contract(padding: Padding, factor: int, shape: tuple[int, ...], dtype: torch.dtype) -> None:
    kernel = 0.2 * normal(*shape, seed=1).abs().to(dtype)
    kernel[..., 1, 1] += 1.0
    physics = Downsampling(kernel, factor, padding, GaussianNoise(0.1))
    x = normal(2, 1, 6, 12).to(dtype)
    require_operator(physics, x)


def test_closed_forms_are_exact() -> None:
    for factor, sizes, taps in itertools.product((1, 2, 3), ((6, 12), (12, 6)), ((3, 4), (7, 7), (13, 2))):
        physics = Downsampling(normal(*taps), factor)
        matrix, shape = dense(physics, sizes), (1, 1, *sizes)
        b, y = normal(*shape, seed=1), physics.A(normal(*shape, seed=2))
        for rho in (0.2, 1e-3):
            system = matrix.T @ matrix + rho * torch.eye(matrix.shape[1], dtype=torch.float64)
            truth = torch.linalg.solve(system, b.flatten())
            torch.testing.assert_close(physics.solve_shifted(b, rho).flatten(), truth, rtol=1e-9, atol=1e-9)
        torch.testing.assert_close(physics.A_dagger(y).flatten(), torch.linalg.pinv(matrix) @ y.flatten())
        torch.testing.assert_close(
            physics.norm(torch.empty(shape, dtype=torch.float64)), torch.linalg.matrix_norm(matrix, 2).reshape(1)
        )


def test_pseudo_inverse_where_a_frequency_is_lost() -> None:
    physics = Downsampling(torch.ones(2, 2, dtype=torch.float64), 1)  # zero at the highest frequency
    matrix, y = dense(physics, (4, 6)), normal(1, 1, 4, 6)
    truth = torch.linalg.pinv(matrix, rtol=1e-10) @ y.flatten()
    torch.testing.assert_close(physics.A_dagger(y).flatten(), truth)


def test_volumes() -> None:
    physics, x = Downsampling(normal(1, 1, 2, 3, 3, seed=1), 2), normal(1, 1, 2, 4, 4)
    torch.testing.assert_close(physics.A(x), Blur(physics.kernel, "circular").A(x)[..., ::2, ::2, ::2])
    check_linear(physics, normal(2, 1, 2, 4, 4))


@pytest.mark.parametrize("padding", PADDINGS)
def test_gradients_in_the_kernel(padding: Padding) -> None:
    x = normal(1, 1, 6, 6)

    def outputs(kernel: Tensor) -> tuple[Tensor, Tensor]:
        y = Downsampling(kernel, 2, padding).A(x)
        return y, Downsampling(kernel, 2, padding).A_adjoint(y)

    assert torch.autograd.gradcheck(outputs, normal(3, 4, seed=1).requires_grad_())


@pytest.mark.parametrize("factor", [0, -1, 1.5, "2"])
def test_bad_factors(factor: Any) -> None:
    with pytest.raises(ArgumentError, match="`factor` must be an integer >= 1"):
        Downsampling(torch.ones(3, 3), factor)


def test_sizes_must_be_multiples() -> None:
    physics = Downsampling(torch.ones(3, 3), 4)
    with pytest.raises(ShapeError, match="multiple of the factor 4"):
        physics.A(torch.zeros(1, 1, 8, 10))
    with pytest.raises(ShapeError, match="multiple of the factor 4"):
        physics.norm(torch.empty(1, 1, 8, 10))
