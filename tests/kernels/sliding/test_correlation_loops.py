import pytest
import torch
import torch.nn.functional as F

from preimage.kernels.sliding.correlation_loops import can_slide, correlate_in_loops
from preimage.machine.compiler import has_compiler

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


@needs_compiler
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-13)])
@pytest.mark.parametrize("taps", [(1, 1), (3, 4), (5, 5), (2, 9), (12, 11)])
def test_the_loops_are_the_convolution_of_torch(taps, dtype, tol, rng):
    x = torch.rand(3, 2, 13, 12, generator=rng, dtype=torch.float64).to(dtype)
    for images in (x, x.flip(3), x[..., 1:, :].contiguous()):
        for shape in ((1, 1), (1, 2), (3, 1), (3, 2)):
            weight = torch.rand(*shape, *taps, generator=rng, dtype=torch.float64).to(dtype)
            kernels = weight.expand(3, 2, *taps).reshape(6, 1, *taps)
            expected = F.conv2d(images.flatten(0, 1)[None], kernels, groups=6)[0].unflatten(0, (3, 2))
            torch.testing.assert_close(correlate_in_loops(images, weight), expected, rtol=10 * tol, atol=tol)


@needs_compiler
def test_nan_stays_under_the_kernel():
    x = torch.ones(1, 1, 9, 9)
    x[..., 4, 4] = torch.nan
    assert int(correlate_in_loops(x, torch.ones(1, 1, 3, 3)).isnan().sum()) == 9


def test_what_can_slide():
    x, weight = torch.ones(2, 1, 5, 5), torch.ones(1, 1, 3, 3)
    assert can_slide(x, weight) == has_compiler()
    assert not can_slide(x[:0], weight)
    assert not can_slide(x[..., None], weight[..., None])
    assert not can_slide(x, weight.double())
    assert not can_slide(x, weight.clone().requires_grad_())
