import pytest
import torch

from preimage.functional import Proximable
from preimage.optim import L1
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting, PoissonNoise, stack


def test_the_sum_of_moduli() -> None:
    x, y = torch.rand(2, 1, 4, 4), torch.rand(2, 1, 4, 4)
    torch.testing.assert_close(L1(Denoising(PoissonNoise()), y, 0.5)(x), 2 * (x - y).abs().flatten(1).sum(1))


@pytest.mark.parametrize("step", [0.3, torch.tensor([0.2, 0.7], dtype=torch.float64)])
def test_its_prox_is_the_best_point_of_a_grid(step: float | torch.Tensor) -> None:
    generator = torch.Generator().manual_seed(0)
    mask = torch.tensor([[1.0, 0.0], [0.5, 2.0]], dtype=torch.float64)
    x, y = (torch.randn(2, 1, 2, 2, generator=generator, dtype=torch.float64) for _ in range(2))
    f = L1(Inpainting(mask), y, scale=0.8)
    assert isinstance(f, Proximable)
    grid = torch.linspace(-6, 6, 120001, dtype=torch.float64)[:, None, None, None, None]
    t = torch.as_tensor(step, dtype=torch.float64).reshape(-1, 1, 1, 1)
    cost = t * (mask * grid - y).abs() / 0.8 + (grid - x).square() / 2
    torch.testing.assert_close(f.prox(x, step), grid.flatten()[cost.argmin(0)], rtol=0, atol=1e-4)


def test_after_a_blur_it_has_no_prox() -> None:
    assert not isinstance(L1(BlurFFT(torch.ones(3, 3)), torch.rand(1, 1, 4, 4)), Proximable)


def test_every_sensor_of_a_stack_gets_it() -> None:
    x, y = torch.rand(2, 1, 4, 4), (torch.rand(2, 1, 4, 4), torch.rand(2, 1, 4, 4))
    f = L1(stack(Denoising(GaussianNoise(3.0)), Denoising()), y)
    torch.testing.assert_close(f(x), (x - y[0]).abs().flatten(1).sum(1) + (x - y[1]).abs().flatten(1).sum(1))
