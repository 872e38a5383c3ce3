import math
from functools import cache

import pytest
import skimage.data
import skimage.transform
import torch

from preimage.errors import ArgumentError
from preimage.physics import FanBeam, ParallelBeam, Tomography
from preimage.physics.tomography.fbp import filtered_back_projection
from preimage.physics.tomography.filters import Window
from tests.physics.tomography.ellipses import Ellipse, sinogram

BODY = (Ellipse(2.0, -3.0, 38.0, 30.0, 20.0, 1.0), Ellipse(-8.0, 6.0, 11.0, 8.0, -30.0, 0.5))


def reconstruct(geometry, n=512, window: Window = "ramp") -> torch.Tensor:
    return Tomography(geometry, (n, n), 100 / n).fbp(measured(geometry), window)[0, 0].double()


@cache
def measured(geometry) -> torch.Tensor:
    return sinogram(geometry, *BODY, finer=3).float()


@cache
def regions(n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The truth in ``n`` by ``n`` pixels, and where it is smooth and not zero."""
    truth = sum(e.picture((n, n), 100 / n) for e in BODY)[0, 0]  # type: ignore[index]
    high, low = (torch.nn.functional.max_pool2d(sign * truth[None], 21, 1, 10) for sign in (1, -1))
    return truth, (high == -low)[0] & (truth > 0)


def errors(image: torch.Tensor) -> tuple[float, float]:
    """Of the mean in each of the smooth regions, and the largest single error of a local mean of 9 by 9 pixels."""
    truth, inside = regions(len(image))
    local = torch.nn.functional.avg_pool2d((image - truth)[None], 9, 1, 4)[0].abs()
    means = (image[inside & (truth == v)].mean().item() / v for v in (1.0, 1.5))
    return max(abs(mean - 1) for mean in means), local[inside].max().item()


@pytest.mark.parametrize(
    "geometry",
    [
        ParallelBeam(torch.arange(480) * 0.375, 512, 100 / 512),
        ParallelBeam(torch.arange(479) / 479 * 360, 540, 100 / 512, 3.0, -0.4),
        ParallelBeam(torch.arange(480) * 111.246, 512, 100 / 512),
        FanBeam(torch.arange(480) * 0.75, 512, 120.0, 80.0, 0.4),
        FanBeam(torch.arange(480) * 0.75, 530, 120.0, 80.0, 0.4, 1.1, 0.8),
        FanBeam(torch.arange(480) * 0.75, 512, 120.0, 80.0, 0.42, curved=True),
        FanBeam(torch.arange(480) * 0.75, 530, 120.0, 80.0, 0.42, 1.1, 0.8, curved=True),
        FanBeam(torch.arange(450) / 2, 512, 120.0, 80.0, 0.4),
        FanBeam(torch.arange(470) / 2 + 70, 512, 120.0, 80.0, 0.4, 0.3, curved=True),
        ParallelBeam(torch.arange(720) / 2, 320, 100 / 512, 18.0),
        FanBeam(torch.arange(720) / 2, 340, 120.0, 80.0, 0.4, -34.0),
    ],
)
def test_values_in_smooth_regions_are_right(geometry) -> None:
    mean, worst = errors(reconstruct(geometry))
    assert mean < 5e-4
    assert worst < 5e-3


@pytest.mark.parametrize("window", ["shepp-logan", "cosine", "hamming", "hann"])
def test_windows_keep_the_values(window: Window) -> None:
    mean, worst = errors(reconstruct(ParallelBeam(torch.arange(480) * 0.375, 512, 100 / 512), window=window))
    assert mean < 5e-4
    assert worst < 5e-3


def test_windows_are_smoother_in_their_order() -> None:
    physics = Tomography(ParallelBeam(torch.arange(90) * 2.0, 64), (64, 64))
    noise = torch.randn(1, 1, 90, 64, generator=torch.Generator().manual_seed(0))
    spread = [physics.fbp(noise, w).std().item() for w in ("ramp", "shepp-logan", "cosine", "hamming", "hann")]
    assert spread == sorted(spread, reverse=True)


@pytest.mark.parametrize(
    ("size", "views", "published"),
    [(160, 160, 30.97), (256, 256, 30.96), (256, 180, 30.77), (256, 60, 26.73), (400, 400, 30.26)],
)
def test_the_shepp_logan_table_of_scikit_image(size, views, published) -> None:
    phantom = skimage.data.shepp_logan_phantom()
    phantom = skimage.transform.rescale(phantom, size / 400, mode="reflect") if size != 400 else phantom
    x = torch.from_numpy(phantom)[None, None].float()
    physics = Tomography(ParallelBeam(torch.arange(views) * 180 / views, size), (size, size))
    psnr = -10 * math.log10((physics.fbp(physics.A(x)) - x).square().mean().item())
    assert psnr > published


def test_half_of_the_directions_give_half_of_the_level() -> None:
    disk = Ellipse(0.0, 0.0, 20.0, 20.0)
    full, half = (ParallelBeam(torch.arange(0, end, 0.5), 128) for end in (180, 90))
    middle = [Tomography(g, (128, 128)).fbp(sinogram(g, disk))[0, 0, 56:72, 56:72].mean().item() for g in (full, half)]
    assert middle[0] == pytest.approx(1, abs=2e-3)
    assert middle[1] == pytest.approx(0.5, abs=0.01)


def test_views_at_one_angle_count_as_one_view_of_their_mean(rng) -> None:
    once, thrice = ParallelBeam([10, 70, 130], 16), ParallelBeam([10, 70, 10, 130, 10], 16)
    y = torch.rand(1, 1, 3, 16, generator=rng)
    noise = torch.tensor([-0.5, 0.3, 0.2])[:, None]
    several = torch.cat([y[..., :1, :], y[..., 1:2, :], y[..., :1, :], y[..., 2:, :], y[..., :1, :]], 2)
    several[..., [0, 2, 4], :] += noise
    found = Tomography(thrice, (16, 16)).fbp(several)
    torch.testing.assert_close(found, Tomography(once, (16, 16)).fbp(y), rtol=1e-4, atol=1e-5)
    assert Tomography(ParallelBeam([7, 7], 16), (16, 16)).fbp(y[..., :2, :]).isfinite().all()


def test_pixels_beyond_the_circle_of_the_detector_are_zero() -> None:
    physics = Tomography(ParallelBeam(torch.arange(0.0, 180.0), 32), (32, 32))
    image = physics.fbp(torch.ones(1, 1, 180, 32))[0, 0]
    assert image[0, 0] == 0
    assert (image[16] != 0).all()


def test_planes_are_reconstructed_side_by_side() -> None:
    geometry = ParallelBeam(torch.arange(0.0, 180.0, 20.0), 12)
    planes = torch.rand(3, 9, 12, generator=torch.Generator().manual_seed(0))
    images = filtered_back_projection(planes, geometry, (12, 12), 1.0, "hann")
    torch.testing.assert_close(Tomography(geometry, (12, 12)).fbp(planes[None], "hann")[0], images)


def test_gradients_reach_the_measurement() -> None:
    physics = Tomography(FanBeam(torch.arange(0, 360, 30.0), 9, 20.0, 5.0, 1.2, curved=True), (6, 6))
    y = torch.rand(1, 1, 12, 9, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(physics.fbp, y)


def test_a_window_without_a_name_is_refused() -> None:
    physics = Tomography(ParallelBeam([0.0], 4), (4, 4))
    with pytest.raises(ArgumentError, match="`window` must be one of ramp"):
        physics.fbp(torch.zeros(1, 1, 1, 4), "hanning")  # type: ignore[arg-type]
