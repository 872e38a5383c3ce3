import pytest
import torch

from preimage.metric import PSNR
from preimage.physics import GaussianNoise
from preimage.physics.spectral import GEOEYE_1, IKONOS, QUICKBIRD, WORLDVIEW_2, WORLDVIEW_3, Satellite
from tests.example import random

ALL = (QUICKBIRD, IKONOS, GEOEYE_1, WORLDVIEW_2, WORLDVIEW_3)


@pytest.mark.parametrize("satellite", ALL, ids=lambda satellite: satellite.name)
def test_the_blur_has_the_published_transfer(satellite: Satellite) -> None:
    """At an eighth of a cycle per grey pixel, the highest frequency of the colours."""
    kernel = satellite.kernel(dtype=torch.float64)
    wave = torch.cos(2 * torch.pi / 8 * (torch.arange(41, dtype=torch.float64) - 20))
    found = (kernel[0].sum(1) * wave).sum(1)
    wanted = torch.tensor([band.gain for band in satellite.colours], dtype=torch.float64)
    torch.testing.assert_close(found, wanted, rtol=0, atol=5e-3)
    assert all(band.low < band.high for band in (*satellite.colours, satellite.grey))


def test_grey_sees_the_colours_in_its_range() -> None:
    weights = WORLDVIEW_2.weights()
    assert float(weights[0]) == 0  # the coastal band ends where grey begins
    assert float(weights[-1]) == 0
    torch.testing.assert_close(weights.sum(), torch.tensor(1.0))
    torch.testing.assert_close(QUICKBIRD.weights(), torch.tensor([70.0, 80, 60, 140]) / 350)


def test_its_cameras_are_a_forward_model() -> None:
    physics, x = WORLDVIEW_3.pansharpen(15, GaussianNoise(0.01)), random(2, 8, 32, 24)
    colours, grey = physics.A(x)
    assert colours.shape == (2, 8, 8, 6)
    torch.testing.assert_close(grey, (WORLDVIEW_3.weights()[:, None, None] * x).sum(1, keepdim=True))
    start = physics.brovey((colours, grey))
    assert start.shape == x.shape
    assert bool((PSNR()(start, x) > 5).all())
