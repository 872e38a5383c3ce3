import pytest
import torch
from torch import Tensor

from preimage.denoisers import TVDenoiser, WaveletDenoiser
from preimage.denoisers.rof import rof
from tests.example import Example

EXAMPLES = {
    TVDenoiser: [
        Example(lambda: TVDenoiser(tol=1e-5), shape=(2, 3, 9, 11)),
        Example(lambda: TVDenoiser(coupled=False, tol=1e-5), shape=(2, 1, 9, 7)),
    ],
}


def square(channels: int) -> tuple[Tensor, Tensor]:
    x = torch.full((1, channels, 48, 56), 0.2)
    x[..., 12:30, 20:44] = 0.8
    return x, x + 0.1 * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))


def test_weight_follows_the_law() -> None:
    _, y = square(3)
    expected = rof(y, 1.5 * 2 * 3**0.5 * 0.1**1.3, coupled=True, tol=1e-3).x
    assert torch.equal(TVDenoiser(strength=2)(y, 0.1), expected)
    expected = rof(y, 1.5 * 0.1**1.3, tol=1e-3).x
    assert torch.equal(TVDenoiser(coupled=False)(y, 0.1), expected)


@pytest.mark.parametrize(
    ("denoiser", "gain"), [(TVDenoiser(), 12), (TVDenoiser(coupled=False), 8), (WaveletDenoiser(), 5)]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_noise_goes(denoiser: TVDenoiser, gain: float, channels: int) -> None:
    x, y = square(channels)
    before, after = (y - x).square().mean(), (denoiser(y, 0.1) - x).square().mean()
    assert 10 * torch.log10(before / after) > (gain if channels == 3 else min(gain, 8))


@pytest.mark.parametrize("denoiser", [TVDenoiser(), WaveletDenoiser("haar", 2)])
def test_no_noise_and_flat_images_stay(denoiser: TVDenoiser) -> None:
    x, _ = square(3)
    torch.testing.assert_close(denoiser(x, 0.0), x)
    flat = torch.full((2, 1, 1, 7), 0.4)
    torch.testing.assert_close(denoiser(flat, 0.1), flat)


@pytest.mark.parametrize("denoiser", [TVDenoiser(), WaveletDenoiser("haar", 2)])
def test_gradients_flow(denoiser: TVDenoiser) -> None:
    _, y = square(1)
    y = y.requires_grad_()
    sigma = torch.tensor([0.1], requires_grad=True)
    denoiser(y, sigma).square().sum().backward()
    assert y.grad is not None
    assert sigma.grad is not None
    assert bool(y.grad.isfinite().all() & sigma.grad.isfinite().all() & (sigma.grad < 0).all())
