import pytest
import torch

from preimage.kernels.pointwise.corners import exchange_corners
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.pointwise.corners_loops"]


@pytest.mark.parametrize("compiled", ["0", "1"])
@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
@pytest.mark.parametrize("shape", [(2, 3, 6, 4), (8, 10), (1, 2, 2), (1, 4, 6, 2)])
def test_it_is_a_shift_with_signs(shape, dtype, compiled, rng, monkeypatch):
    if compiled == "1" and not has_compiler():
        pytest.skip("numba is not installed")
    monkeypatch.setenv("PREIMAGE_COMPILE", compiled)
    x = torch.randn(shape, generator=rng, dtype=dtype)
    rows, columns = torch.randn(shape[-2], 1, generator=rng), torch.randn(shape[-1], generator=rng)
    factors = [factor.to(x.real.dtype) for factor in (rows, columns)]
    expected = torch.fft.fftshift(x, (-2, -1)) * (0.5 * factors[0] * factors[1])
    result = exchange_corners(x, factors, 0.5)
    assert result is x
    torch.testing.assert_close(result, expected)
