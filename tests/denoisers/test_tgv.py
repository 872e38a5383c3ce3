import torch

from preimage.denoisers import TGVDenoiser, TVDenoiser
from preimage.denoisers.tgv_problem import tgv_denoise
from tests.example import Example

EXAMPLES = {
    TGVDenoiser: [
        Example(lambda: TGVDenoiser(tol=0.0, max_steps=30), shape=(2, 3, 6, 5)),
        Example(lambda: TGVDenoiser(coupled=False, tol=0.0, max_steps=30), shape=(2, 1, 6, 5)),
    ],
}


def ramps() -> tuple[torch.Tensor, torch.Tensor]:
    x = torch.linspace(0.1, 0.9, 24).expand(1, 3, 20, 24).clone()
    x[..., 8:, :] = 1 - x[..., 8:, :]
    return x, x + 0.1 * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))


def test_weight_follows_the_law() -> None:
    y = ramps()[1][..., 4:13, :8]
    expected = tgv_denoise(y, 1.5 * 2 * 3**0.5 * 0.1**1.3, 2.0, True, 1e-2, 3000).x
    assert torch.equal(TGVDenoiser(strength=2, tol=1e-2)(y, 0.1), expected)
    expected = tgv_denoise(y, 1.5 * 0.1**1.3, 3.0, False, 1e-2, 3000).x
    assert torch.equal(TGVDenoiser(ratio=3.0, coupled=False, tol=1e-2)(y, 0.1), expected)


def test_ramps_between_edges_are_better_than_by_total_variation() -> None:
    x, y = ramps()
    by_tgv, by_tv = TGVDenoiser()(y, 0.1), TVDenoiser()(y, 0.1)
    assert (by_tgv - x).square().mean() < 0.8 * (by_tv - x).square().mean()


def test_no_noise_and_flat_images_stay() -> None:
    x, _ = ramps()
    torch.testing.assert_close(TGVDenoiser()(x, 0.0), x)
    flat = torch.full((2, 1, 1, 7), 0.4)
    torch.testing.assert_close(TGVDenoiser()(flat, 0.1), flat)


def test_gradients_flow() -> None:
    _, y = ramps()
    y = y[:, :1, :9, :8].clone().requires_grad_()
    sigma = torch.tensor([0.1], requires_grad=True)
    TGVDenoiser(tol=1e-2)(y, sigma).square().sum().backward()
    assert y.grad is not None
    assert sigma.grad is not None
    assert bool(y.grad.isfinite().all() & sigma.grad.isfinite().all() & (sigma.grad < 0).all())
