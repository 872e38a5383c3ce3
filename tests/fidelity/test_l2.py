import torch

from preimage.functional import Proximable, Smooth
from preimage.optim import L2
from preimage.physics import Denoising, GaussianNoise, PoissonNoise, stack


def test_half_the_squares_over_the_variance() -> None:
    x, y = torch.rand(2, 1, 4, 4), torch.rand(2, 1, 4, 4)
    f = L2(Denoising(PoissonNoise()), y, sigma=0.5)
    torch.testing.assert_close(f(x), 2 * (x - y).square().flatten(1).sum(1))


def test_its_lipschitz_constant_is_that_of_each_sample() -> None:
    f = L2(3 * Denoising(), torch.rand(2, 1, 4, 4), sigma=torch.tensor([0.5, 1.0]))
    assert isinstance(f, Smooth)
    constant = f.lipschitz(torch.rand(2, 1, 4, 4))
    assert constant is not None
    torch.testing.assert_close(constant, torch.tensor([36.0, 9.0]))


def test_every_sensor_of_a_stack_gets_it() -> None:
    x, y = torch.rand(2, 1, 4, 4), (torch.rand(2, 1, 4, 4), torch.rand(2, 1, 4, 4))
    f = L2(stack(Denoising(GaussianNoise(3.0)), Denoising()), y)
    assert isinstance(f, Proximable)
    torch.testing.assert_close(f(x), ((x - y[0]).square() + (x - y[1]).square()).flatten(1).sum(1) / 2)
    torch.testing.assert_close(f.prox(x, 0.5), (x + 0.5 * y[0] + 0.5 * y[1]) / 2, rtol=0, atol=1e-5)
