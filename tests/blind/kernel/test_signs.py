import math

import pytest
import torch

from preimage.blind.kernel.signs import BLURRED, CALM, calm_share, steepness
from preimage.physics import Blur
from preimage.physics.kernels import gaussian_blur, motion_line
from preimage.simulate import sample_picture


def steps(sigma: float) -> torch.Tensor:
    """Steps in four directions, as far as they can be seen, blurred by a Gaussian."""
    rows, columns = torch.meshgrid(torch.arange(120.0), torch.arange(120.0), indexing="ij")

    def blurred(distance: torch.Tensor) -> torch.Tensor:
        return 0.5 + 0.3 * torch.erf(distance / (math.sqrt(2) * sigma))

    upper = torch.cat([blurred(rows - 30.5), blurred(columns - 60.5)], 1)
    lower = torch.cat([blurred((rows - columns) / math.sqrt(2)), blurred((rows + columns - 120) / math.sqrt(2))], 1)
    return torch.cat([upper, lower])


@pytest.mark.parametrize("sigma", [1.0, 2.0, 3.0])
def test_a_blurred_step_climbs_as_the_error_function(sigma: float) -> None:
    a = 1 / (2 * math.sqrt(2) * sigma)
    assert steepness(steps(sigma)) == pytest.approx(math.erf(a) / math.erf(5 * a), rel=0.03)


def test_sharp_pictures_have_steep_edges_and_blurred_ones_have_not() -> None:
    x = sample_picture(200, 220).mean(0, keepdim=True)[None]
    assert steepness(x[0, 0]) > 0.7
    for kernel in (gaussian_blur(1.6, size=13), motion_line(9.0, 30.0, 13), motion_line(9.0, 0.0, 13)):
        assert steepness(Blur(kernel, "valid").A(x)[0, 0]) < BLURRED


def test_what_has_no_edges_is_not_blurred() -> None:
    for picture in (torch.zeros(40, 40), torch.rand(3, 5), torch.linspace(0, 0.5, 64).expand(64, 64), torch.ones(1, 1)):
        assert steepness(picture) == 1.0


def test_clipped_pixels_are_not_believed() -> None:
    """Light that is cut off at one makes steep edges of flat ones."""
    clipped = (2.5 * steps(2.0) - 0.7).clamp(max=1.0)
    assert float((clipped == 1).float().mean()) > 0.2
    assert steepness(clipped) < BLURRED


def test_waves_are_not_calm_and_blurred_pictures_are() -> None:
    rows, columns = torch.meshgrid(torch.arange(128.0), torch.arange(160.0), indexing="ij")
    for length in (6, 12, 24):
        wave = 0.5 + 0.4 * (columns / length).sin() * (rows / length / 1.5).cos()
        half = int(math.pi * length) // 2 * 2 + 1  # what a kernel has to have that makes it of squares
        assert calm_share(wave, half) < CALM / 4
    blurred = Blur(gaussian_blur(2.0, size=13), "valid").A(sample_picture(128, 160).mean(0)[None, None])
    assert calm_share(blurred[0, 0], 13) > 1.5 * CALM


def test_calm_is_what_varies_by_less_than_half_as_much() -> None:
    step = torch.zeros(30, 30)
    step[:, 20:] = 1.0
    assert calm_share(step, 5) == pytest.approx(22 / 26)  # of 26 columns of windows four see both sides
    assert calm_share(step, 31) == 0.0
