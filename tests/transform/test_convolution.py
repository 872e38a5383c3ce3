import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.transform.border import Padding
from preimage.transform.convolution import (
    Method,
    as_filter,
    convolve,
    convolve_adjoint,
    fast_length,
    require_fit,
    require_kernel,
    require_method,
)
from tests.example import random

PADDINGS: tuple[Padding, ...] = ("valid", "circular", "replicate", "reflect", "zero")
METHODS: tuple[Method, ...] = ("auto", "fft", "direct")


def by_definition(x: Tensor, kernel: Tensor, stride: int) -> Tensor:
    """``y[n] = sum_j k[j] x[s n - j + o]`` of a periodic image, term by term."""
    total = torch.zeros_like(x)
    rows, columns = kernel.shape
    for i in range(rows):
        for j in range(columns):
            total = total + kernel[i, j] * x.roll((i - rows // 2, j - columns // 2), (-2, -1))
    return total[..., ::stride, ::stride]


@pytest.mark.parametrize("taps", [(3, 3), (2, 5), (9, 4)])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("method", METHODS)
def test_a_periodic_convolution_by_its_definition(taps: tuple[int, int], stride: int, method: Method) -> None:
    x, kernel = random(2, 3, 8, 6).double(), random(*taps, seed=1).double()
    torch.testing.assert_close(convolve(x, kernel, "circular", method, stride), by_definition(x, kernel, stride))


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("stride", [1, 3])
def test_the_adjoint_is_one(padding: Padding, method: Method, stride: int) -> None:
    x, kernel = random(2, 3, 9, 12).double(), random(2, 3, 4, 3, seed=1).double()
    y = convolve(x, kernel, padding, method, stride)
    z = random(*y.shape, seed=2).double()
    torch.testing.assert_close((convolve_adjoint(z, kernel, padding, method, stride) * x).sum(), (z * y).sum())


def test_fast_lengths_are_even_and_have_small_factors() -> None:
    assert [fast_length(n) for n in (1, 2, 7, 31, 97, 121, 1001)] == [2, 2, 8, 32, 100, 128, 1024]


def test_what_does_not_fit_is_said() -> None:
    assert as_filter(torch.ones(3, 4)).shape == (1, 1, 3, 4)
    for kernel in (torch.ones(3), torch.ones(2, 0), torch.ones(2, 2, dtype=torch.int64)):
        with pytest.raises(ShapeError, match="`kernel` must be real and have shape"):
            require_kernel(kernel)
    with pytest.raises(ShapeError, match="add the missing dimensions"):
        require_fit(torch.ones(1, 1, 3, 3), (4, 5))
    with pytest.raises(ShapeError, match="1 or B=2 in the batch and 1 or C=3 channels"):
        require_fit(torch.ones(1, 2, 3, 3), (2, 3, 4, 5))
    with pytest.raises(ArgumentError, match="'auto', 'fft' or 'direct', got 'slow'"):
        require_method("slow")
    with pytest.raises(ShapeError, match="at least as large as the kernel"):
        convolve(torch.ones(1, 1, 2, 2), torch.ones(3, 3), "valid")
    with pytest.raises(ShapeError, match="must be real"):
        convolve(1j * torch.ones(1, 1, 4, 4), torch.ones(3, 3), "circular")


@pytest.mark.parametrize("padding", ["valid", "circular", "replicate", "reflect", "zero"])
def test_a_column_times_a_row_is_convolved_like_any_kernel(padding: Padding, rng: torch.Generator) -> None:
    column, row = (torch.randn(2, 1, size, generator=rng, dtype=torch.float64) for size in (15, 12))
    kernel = column[..., None] * row[..., None, :]
    x = torch.randn(2, 3, 40, 37, generator=rng, dtype=torch.float64)
    for function in (convolve, convolve_adjoint):
        expected = function(x, kernel, padding, "fft")
        for method in METHODS:
            torch.testing.assert_close(function(x, kernel, padding, method), expected, rtol=0, atol=1e-11)
