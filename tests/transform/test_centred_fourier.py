import pytest
import torch

from preimage.transform import CentredFourier


def shifted(x: torch.Tensor, dims: int) -> torch.Tensor:
    """The definition by moving data."""
    over = tuple(range(-dims, 0))
    inside = torch.fft.fftn(torch.fft.ifftshift(x, over), dim=over, norm="ortho")
    return torch.fft.fftshift(inside, over)


@pytest.mark.parametrize("shape", [(2, 1, 6, 4), (1, 2, 5, 7), (2, 1, 6, 5), (1, 1, 4, 5, 6), (1, 1, 1, 1)])
def test_it_is_the_shifted_transform(shape: tuple[int, ...]) -> None:
    dims = len(shape) - 2
    x = torch.randn(shape, dtype=torch.complex128)
    basis = CentredFourier(dims)
    spectrum = basis.analysis(x)
    torch.testing.assert_close(spectrum, shifted(x, dims), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(basis.synthesis(spectrum, shape), x, rtol=1e-12, atol=1e-12)
    gain = torch.rand(shape[2:], dtype=torch.float64)
    expected = basis.synthesis(gain * spectrum, shape)
    torch.testing.assert_close(basis.filter(x, gain), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("size", [6, 7, 8])
def test_a_constant_is_one_coefficient_in_the_middle(size: int) -> None:
    spectrum = CentredFourier(1).analysis(torch.ones(1, 1, size, dtype=torch.complex64))
    assert spectrum.abs().argmax() == size // 2
    torch.testing.assert_close(spectrum[0, 0, size // 2], torch.tensor(size**0.5 + 0j))


def test_a_point_in_the_middle_is_a_flat_spectrum_without_phase() -> None:
    x = torch.zeros(1, 1, 5, 6, dtype=torch.complex128)
    x[0, 0, 2, 3] = 1
    torch.testing.assert_close(CentredFourier().analysis(x), torch.full_like(x, 30**-0.5))


@pytest.mark.parametrize("shape", [(2, 1, 6, 4), (1, 2, 5, 7), (1, 1, 4, 5, 6)])
def test_recorded_and_mapped_it_is_the_same(shape: tuple[int, ...]) -> None:
    x, basis = torch.randn(shape, dtype=torch.complex128), CentredFourier(len(shape) - 2)
    for plain in (basis.analysis, lambda z: basis.synthesis(z, tuple(z.shape))):
        expected = plain(x)
        recorded = plain(x.clone().requires_grad_())
        torch.testing.assert_close(recorded, expected, rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(torch.func.vmap(plain)(x), expected, rtol=1e-12, atol=1e-12)
        v = torch.randn_like(x)
        z = x.clone().requires_grad_()
        (pulled,) = torch.autograd.grad(plain(z), z, v)  # unitary: the adjoint is the inverse
        torch.testing.assert_close(plain(pulled), v, rtol=1e-12, atol=1e-12)
