import pytest
import torch

from preimage.errors import CapabilityError
from preimage.models.ram.system import LEAST, system_of
from preimage.physics import (
    Denoising,
    GaussianNoise,
    Haze,
    Inpainting,
    LaplaceNoise,
    PoissonGaussianNoise,
    PoissonNoise,
    stack,
)
from tests.models.problems import dense, normal

MASK = torch.tensor([[1.0, 1.0, 0.0, 1.0]])


def test_numbers_of_a_mask():
    y = torch.tensor([[3.0, 4.0, torch.nan, 0.0]]).reshape(1, 1, 1, 4)
    system = system_of(y, 2 * Inpainting(MASK, GaussianNoise(0.1)), 3)
    # A = 2 M: the gain of what was measured is 4, the image A^H y / 4 has the mean square (1.5^2 + 2^2) / 4.
    assert float(system.gain) == pytest.approx(4)
    assert float(system.size) == pytest.approx((6.25 / 4) ** 0.5)
    assert float(system.sigma) == pytest.approx(0.05)
    assert float(system.ratio) == pytest.approx(0.05 / (6.25 / 4) ** 0.5)
    assert 0 < float(system.mean_gain) < 1
    torch.testing.assert_close(system.sensitivity.flatten(), MASK[0])
    assert bool(system.is_pixelwise)


def test_closed_forms_and_lanczos_agree():
    physics, y = dense()
    system = system_of(y, physics, 9)
    assert not system.is_closed
    assert not system.is_pixelwise.any()
    shift = torch.tensor([0.2, 0.4]).double()
    exact = physics.solve_regularized(y, system.gain * shift)
    torch.testing.assert_close(system.solves(y, [shift])[0], exact, rtol=1e-6, atol=1e-7)
    masked = system_of(normal(2, 1, 1, 4), Inpainting(MASK).double(), 3)
    assert masked.is_closed
    torch.testing.assert_close(masked.solves(masked.y, [shift])[0], masked.y * MASK / (1 + shift.reshape(2, 1, 1, 1)))


def test_photons_count_by_their_mean_variance():
    y = torch.tensor([[1.0, 3.0], [5.0, 9.0]]).reshape(2, 1, 1, 2)
    gain, read = torch.tensor([0.1, 0.2]), torch.tensor([0.3, 0.4])
    sigma = system_of(y, Denoising(PoissonGaussianNoise(gain, read)), 3).sigma
    torch.testing.assert_close(sigma, (gain * torch.tensor([2.0, 7.0]) + read.square()).sqrt())
    system = system_of(y, Denoising(PoissonNoise(0.1, background=1.0)), 3)
    torch.testing.assert_close(system.y, y - 1)
    torch.testing.assert_close(system.sigma, (0.1 * torch.tensor([2.0, 7.0])).sqrt())


def test_no_noise_is_the_least_noise_and_no_image_no_size():
    y = torch.stack([torch.full((1, 2, 2), 0.5), torch.zeros(1, 2, 2)])
    system = system_of(y, Denoising(), 3)
    torch.testing.assert_close(system.sigma, torch.tensor([0.5 * LEAST, 0.0]))
    assert system.size.tolist() == [0.5, 0.0]
    assert system.ratio.log().isfinite().all()


def test_sensors_count_by_their_entries():
    y = torch.ones(1, 1, 2, 2)
    physics = stack(Denoising(GaussianNoise(0.3)), Denoising(GaussianNoise(0.4)))
    system = system_of((y, y), physics, 3)
    assert float(system.sigma) == pytest.approx(((0.09 + 0.16) / 2 / 2) ** 0.5)


def test_what_it_cannot_take_it_names():
    y = torch.ones(1, 1, 2, 2)
    with pytest.raises(CapabilityError, match="must be linear, got Haze"):
        system_of(y, Haze(depth=y, beta=1.0), 3)
    with pytest.raises(CapabilityError, match="got LaplaceNoise"):
        system_of(y, Denoising(LaplaceNoise(0.1)), 3)
