import pytest
import torch

from preimage.kernels.pointwise.mixture import mix_channels
from preimage.kernels.pointwise.mixture_loops import mix_in_loops
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.pointwise.mixture_loops"]


@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-13)])
@pytest.mark.parametrize("channels", [1, 2, 3, 5])
def test_it_is_the_weighted_sum(channels, dtype, tol, rng):
    x = torch.rand(3, channels, 47, 53, generator=rng, dtype=torch.float64).to(dtype)
    for weights in (torch.rand(1, channels, generator=rng), torch.rand(3, channels, generator=rng)):
        for images in (x, x.mT, x[..., None]):
            expected = torch.stack(
                [w @ image.flatten(1) for w, image in zip(weights.to(dtype).expand(3, -1), images, strict=True)]
            )
            found = mix_channels(images, weights.to(dtype))
            torch.testing.assert_close(found, expected.reshape(3, 1, *images.shape[2:]), rtol=tol, atol=tol)
    assert mix_channels(x[:0], torch.ones(1, channels, dtype=dtype)).shape == (0, 1, 47, 53)


def test_nan_stays_in_its_pixel_and_gradients_flow():
    x = torch.ones(1, 3, 2, 2)
    x[0, 1, 0, 1] = torch.nan
    assert mix_channels(x, torch.ones(1, 3)).isnan().tolist() == [[[[False, True], [False, False]]]]
    weights = torch.rand(1, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(mix_channels, (torch.rand(2, 3, 2, 2).double(), weights))


@pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
def test_the_loops_are_the_sum(rng):
    x, weights = torch.rand(2, 4, 5, 7, generator=rng), torch.rand(2, 4, generator=rng)
    torch.testing.assert_close(mix_in_loops(x, weights), (weights[..., None, None] * x).sum(1, keepdim=True))


@pytest.mark.parametrize("switch", ["0", "1"])
def test_weights_may_be_numbers(switch, monkeypatch, rng):
    monkeypatch.setenv("PREIMAGE_COMPILE", switch)
    for x in (torch.rand(2, 3, 4, 5, generator=rng), torch.rand(0, 3, 4, 5), torch.rand(2, 3, 4, 5).to(torch.cfloat)):
        expected = mix_channels(x, torch.tensor([[0.2, -1.0, 0.5]]))
        torch.testing.assert_close(mix_channels(x, (0.2, -1.0, 0.5)), expected)
    x = torch.rand(2, 3, 4, 5, generator=rng).requires_grad_()
    mix_channels(x, (0.2, -1.0, 0.5)).sum().backward()
    torch.testing.assert_close(x.grad[1, :, 2, 3], torch.tensor([0.2, -1.0, 0.5]))
