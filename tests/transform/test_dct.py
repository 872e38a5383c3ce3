import numpy as np
import pytest
import scipy.fft
import torch

from preimage.transform import dct, divergence, gradient, idct
from preimage.transform.dct import laplacian_spectrum


@pytest.mark.parametrize("shape", [(2, 1, 6, 5), (1, 2, 1, 8), (2, 1, 7, 1)])
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_they_are_scipys(shape: tuple[int, ...], dtype: torch.dtype, rng: torch.Generator) -> None:
    x = torch.randn(shape, generator=rng, dtype=dtype)

    def wanted(transform, values: np.ndarray) -> np.ndarray:  # scipy takes no complex numbers
        parts = [transform(part, axes=(2, 3), norm="ortho") for part in (values.real, values.imag)]
        return parts[0] + 1j * parts[1] if dtype.is_complex else parts[0]

    np.testing.assert_allclose(dct(x).numpy(), wanted(scipy.fft.dctn, x.numpy()), atol=1e-13)
    np.testing.assert_allclose(idct(x).numpy(), wanted(scipy.fft.idctn, x.numpy()), atol=1e-13)


def test_of_volumes_and_of_one_axis(rng: torch.Generator) -> None:
    x = torch.randn(1, 1, 3, 4, 5, generator=rng, dtype=torch.float64)
    np.testing.assert_allclose(dct(x, 3).numpy(), scipy.fft.dctn(x.numpy(), axes=(2, 3, 4), norm="ortho"), atol=1e-13)
    np.testing.assert_allclose(dct(x, 1).numpy(), scipy.fft.dct(x.numpy(), norm="ortho"), atol=1e-13)
    torch.testing.assert_close(idct(dct(x.float(), 3), 3), x.float(), atol=1e-6, rtol=0)


def test_they_are_differentiable(rng: torch.Generator) -> None:
    x = torch.randn(1, 1, 3, 4, generator=rng, dtype=torch.float64, requires_grad=True)
    for transform in (dct, idct):
        assert torch.autograd.gradcheck(transform, x)
        assert torch.autograd.gradgradcheck(lambda x, transform=transform: transform(x.sin()), x)


@pytest.mark.parametrize("shape", [(2, 1, 6, 5), (1, 2, 7, 8), (0, 1, 4, 4), (2, 3, 4, 5, 6)])
@pytest.mark.parametrize("dims", [0, 1, 2, 3])
def test_they_are_the_same_without_compiled_loops(
    shape: tuple[int, ...], dims: int, rng: torch.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = torch.randn(shape, generator=rng)
    compiled = [dct(x, dims), idct(x, dims)]
    monkeypatch.setenv("PREIMAGE_COMPILE", "0")
    for found, wanted in zip(compiled, [dct(x, dims), idct(x, dims)], strict=True):
        torch.testing.assert_close(found, wanted, atol=2e-6, rtol=0)


@pytest.mark.parametrize("shape", [(2, 1, 6, 5), (1, 1, 3, 4, 5)])
def test_the_laplacian_is_diagonal(shape: tuple[int, ...], rng: torch.Generator) -> None:
    x = torch.randn(shape, generator=rng, dtype=torch.float64)
    dims = x.ndim - 2
    torch.testing.assert_close(idct(laplacian_spectrum(x, dims) * dct(x, dims), dims), -divergence(gradient(x)))
