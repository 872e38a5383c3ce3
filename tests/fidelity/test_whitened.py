import torch

from preimage.fidelity.whitened import Whitened, is_gaussian, whiten
from preimage.physics import Decolorize, Denoising, GaussianNoise, stack
from preimage.physics.noise import NoNoise, PoissonNoise
from preimage.testing import check_linear

SIGMAS = torch.tensor([0.1, 0.2], dtype=torch.float64)


def test_each_sensor_is_divided_by_its_noise() -> None:
    first, second = Decolorize(noise=GaussianNoise(0.5)), Denoising(GaussianNoise(SIGMAS))
    x = torch.rand(2, 3, 4, 5, dtype=torch.float64)
    white = Whitened(stack(first, second))
    y = white.A(x)
    torch.testing.assert_close(y, (first.A(x) / 0.5, x / SIGMAS[:, None, None, None]))
    torch.testing.assert_close(white.A_adjoint(y), first.A_adjoint(y[0]) / 0.5 + y[1] / SIGMAS[:, None, None, None])
    assert isinstance(white.noise, GaussianNoise)
    assert float(white.noise.sigma) == 1.0
    check_linear(Whitened(stack(Decolorize(noise=GaussianNoise(0.5)), Denoising(GaussianNoise(0.1)))), x.float())


def test_noise_that_is_not_gaussian_has_no_deviation_to_divide_by() -> None:
    assert is_gaussian(GaussianNoise(0.1))
    assert is_gaussian(NoNoise())
    assert not is_gaussian(PoissonNoise(0.1))
    z = torch.rand(1, 1, 2, 2)
    assert torch.equal(whiten(PoissonNoise(0.1), z), z)
    assert torch.equal(whiten(GaussianNoise(0.25), z), 4 * z)
