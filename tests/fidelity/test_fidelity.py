import pytest
import torch

from preimage.functional import LipschitzSmooth, Proximable
from preimage.optim import L1, L2
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting, PoissonNoise, stack

COVERS = ["preimage.fidelity.l1", "preimage.fidelity.l2"]


def test_values():
    x, y = torch.rand(2, 1, 4, 4), torch.rand(2, 1, 4, 4)
    physics = Denoising(PoissonNoise())
    torch.testing.assert_close(L2(physics, y, sigma=0.5)(x), 2 * (x - y).square().flatten(1).sum(1))
    torch.testing.assert_close(L1(physics, y, scale=0.5)(x), 2 * (x - y).abs().flatten(1).sum(1))


def test_lipschitz_constant_of_least_squares():
    physics = 3 * Denoising()
    f = L2(physics, torch.rand(2, 1, 4, 4), sigma=torch.tensor([0.5, 1.0]))
    assert isinstance(f, LipschitzSmooth)
    torch.testing.assert_close(f.lipschitz(torch.rand(2, 1, 4, 4)), torch.tensor([36.0, 9.0]))


@pytest.mark.parametrize("step", [0.3, torch.tensor([0.2, 0.7], dtype=torch.float64)])
def test_prox_of_l1_on_a_grid(step):
    """One pixel at a time, against the best of a fine grid."""
    generator = torch.Generator().manual_seed(0)
    mask = torch.tensor([[1.0, 0.0], [0.5, 2.0]], dtype=torch.float64)
    x, y = (torch.randn(2, 1, 2, 2, generator=generator, dtype=torch.float64) for _ in range(2))
    f = L1(Inpainting(mask), y, scale=0.8)
    assert isinstance(f, Proximable)
    grid = torch.linspace(-6, 6, 120001, dtype=torch.float64)[:, None, None, None, None]
    t = torch.as_tensor(step, dtype=torch.float64).reshape(-1, 1, 1, 1)
    cost = t * (mask * grid - y).abs() / 0.8 + (grid - x).square() / 2
    torch.testing.assert_close(f.prox(x, step), grid.flatten()[cost.argmin(0)], rtol=0, atol=1e-4)


def test_l1_after_a_blur_has_no_prox():
    assert not isinstance(L1(BlurFFT(torch.ones(3, 3)), torch.rand(1, 1, 4, 4)), Proximable)


def test_every_sensor_of_a_stack_gets_the_noise():
    x, y = torch.rand(2, 1, 4, 4), (torch.rand(2, 1, 4, 4), torch.rand(2, 1, 4, 4))
    pair = stack(Denoising(GaussianNoise(3.0)), Denoising())
    torch.testing.assert_close(L1(pair, y)(x), sum((x - part).abs().flatten(1).sum(1) for part in y))
    f = L2(pair, y)
    assert isinstance(f, Proximable)
    torch.testing.assert_close(f(x), sum((x - part).square().flatten(1).sum(1) / 2 for part in y))
    torch.testing.assert_close(f.prox(x, 0.5), (x + 0.5 * y[0] + 0.5 * y[1]) / 2, rtol=0, atol=1e-5)
