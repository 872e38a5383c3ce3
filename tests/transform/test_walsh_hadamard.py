import numpy as np
import pytest
import torch

from preimage.errors import ShapeError
from preimage.transform import dyadic_order, hadamard_matrix, sequency_order, walsh_hadamard


def sylvester(size: int) -> np.ndarray:
    """By the recursion that defines it."""
    matrix = np.ones((1, 1))
    while len(matrix) < size:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return matrix


@pytest.mark.parametrize("size", [1, 2, 8, 64, 256])
def test_the_transform_is_the_product_with_the_matrix(size: int, rng: torch.Generator) -> None:
    matrix = sylvester(size)
    assert np.array_equal(hadamard_matrix(size).numpy(), matrix)
    x = torch.randn(3, 2, size, generator=rng, dtype=torch.float64)
    np.testing.assert_allclose(walsh_hadamard(x).numpy(), x.numpy() @ matrix / size**0.5, atol=1e-12)
    torch.testing.assert_close(walsh_hadamard(walsh_hadamard(x)), x)


def test_of_a_flat_image_it_has_two_dimensions(rng: torch.Generator) -> None:
    x = torch.randn(8, 32, generator=rng, dtype=torch.float64)
    wanted = sylvester(8) @ x.numpy() @ sylvester(32) / 16
    np.testing.assert_allclose(walsh_hadamard(x.flatten()).reshape(8, 32).numpy(), wanted, atol=1e-12)


def test_complex_half_and_empty(rng: torch.Generator) -> None:
    x = torch.randn(2, 128, generator=rng, dtype=torch.complex64)
    turned = walsh_hadamard(x)
    torch.testing.assert_close(turned.real, walsh_hadamard(x.real))
    torch.testing.assert_close(turned.imag, walsh_hadamard(x.imag))
    half = x.real.half()
    assert walsh_hadamard(half).dtype == torch.float16
    torch.testing.assert_close(walsh_hadamard(half).float(), walsh_hadamard(half.float()), rtol=0, atol=2e-3)
    assert walsh_hadamard(x[:0]).shape == (0, 128)


@pytest.mark.parametrize("size", [1, 2, 16, 64])
def test_sequency_is_the_number_of_sign_changes(size: int) -> None:
    rows = hadamard_matrix(size)[sequency_order(size)]
    assert (rows[:, 1:] != rows[:, :-1]).sum(1).tolist() == list(range(size))


def test_dyadic_rows_are_products_of_rademacher_functions() -> None:
    """Row ``k`` is the product of ``sign(sin(2 pi 2^j t))`` over the binary digits ``j`` of ``k`` (Paley)."""
    rows = hadamard_matrix(16)[dyadic_order(16)]
    t = (torch.arange(16) + 0.5) / 16
    for k in range(16):
        wanted = torch.ones(16)
        for j in range(4):
            if k >> j & 1:
                wanted = wanted * torch.sin(2 * torch.pi * 2**j * t).sign()
        assert torch.equal(rows[k], wanted)


@pytest.mark.parametrize(
    "function", [hadamard_matrix, dyadic_order, sequency_order, lambda n: walsh_hadamard(torch.ones(n))]
)
def test_sizes_are_powers_of_two(function) -> None:
    with pytest.raises(ShapeError, match="must be a power of two, got 12"):
        function(12)
