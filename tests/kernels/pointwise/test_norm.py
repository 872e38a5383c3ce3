import pytest
import torch

from preimage.kernels.pointwise.norm import channel_norm


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.complex64, torch.complex128])
@pytest.mark.parametrize("shape", [(3, 5, 4, 7), (2, 1, 3, 4, 5), (0, 3, 4, 4)])
def test_channel_norm_is_the_norm_over_channels(shape: tuple[int, ...], dtype: torch.dtype, rng: torch.Generator):
    x = torch.randn(shape, dtype=dtype, generator=rng)
    torch.testing.assert_close(channel_norm(x), torch.linalg.vector_norm(x, dim=1, keepdim=True))
    torch.testing.assert_close(channel_norm(x.conj()), channel_norm(x), rtol=0, atol=0)


def test_channel_norm_has_the_gradient_zero_where_it_is_zero(rng: torch.Generator):
    x = torch.randn(1, 3, 4, 4, generator=rng, dtype=torch.float64)
    x[..., 0] = 0
    x.requires_grad_()
    (slope,) = torch.autograd.grad(channel_norm(x).sum(), x)
    assert bool((slope[..., 0] == 0).all())
    torch.testing.assert_close(slope[..., 1:], (x / channel_norm(x))[..., 1:])
