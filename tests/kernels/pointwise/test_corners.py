import pytest
import torch

from preimage.kernels.pointwise.corners import exchange_corners
from preimage.kernels.pointwise.corners_loops import exchange_in_loops
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.pointwise.corners_loops"]


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
@pytest.mark.parametrize("shape", [(2, 3, 6, 4), (8, 10), (1, 2, 2), (1, 4, 6, 2)])
def test_it_is_a_shift_with_signs(shape, dtype, rng, monkeypatch):
    monkeypatch.setenv("PREIMAGE_COMPILE", "0")
    x = torch.randn(shape, generator=rng, dtype=dtype)
    signs = [torch.randn(sizes, generator=rng, dtype=x.real.dtype) for sizes in ((shape[-2], 1), (shape[-1],))]
    expected = torch.fft.fftshift(x, (-2, -1)) * (0.5 * signs[0] * signs[1])
    if has_compiler():
        torch.testing.assert_close(exchange_in_loops(x.clone(), *signs, 0.5), expected)
    assert exchange_corners(x, signs, 0.5) is x
    torch.testing.assert_close(x, expected)
