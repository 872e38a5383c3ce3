import pytest
import torch
from torch import Tensor

from preimage.physics import JPEG
from preimage.physics.codec.jpeg_tables import luma_steps
from preimage.restore.finding.compressed import noise_below_jpeg


def smooth(rows: int, columns: int) -> Tensor:
    y, x = torch.linspace(-1, 1, rows)[:, None], torch.linspace(-1, 1, columns)
    return (0.5 + 0.2 * torch.sin(3 * x + y) + 0.1 * (x * y)).expand(1, 3, rows, columns)


@pytest.mark.parametrize("quality", [50, 75, 90])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_noise_before_compression_is_told(quality: int, channels: int, rng: torch.Generator) -> None:
    clean = smooth(256, 320)[:, :channels]
    noisy = (clean + 12 / 255 * torch.randn(clean.shape, generator=rng)).clamp(0, 1)
    found = noise_below_jpeg(JPEG(quality)(noisy)[0], luma_steps(quality))
    assert found == pytest.approx(12 / 255, rel=0.25)
    assert noise_below_jpeg(JPEG(quality)(clean)[0], luma_steps(quality)) < 1 / 255


def test_a_crop_has_its_phase(rng: torch.Generator) -> None:
    clean = smooth(264, 264)
    noisy = JPEG(75)((clean + 15 / 255 * torch.randn(clean.shape, generator=rng)).clamp(0, 1))[0]
    found = noise_below_jpeg(noisy[:, 3:, 5:], luma_steps(75), (5, 3))
    assert found == pytest.approx(15 / 255, rel=0.25)


def test_texture_is_no_noise(rng: torch.Generator) -> None:
    """Its strength differs from place to place, noise has one everywhere."""
    grain = torch.randn(1, 1, 256, 256, generator=rng)
    strength = torch.linspace(0, 0.2, 256)
    texture = torch.nn.functional.avg_pool2d(grain, 3, 1, 1) * strength
    assert noise_below_jpeg(JPEG(75)((0.5 + texture).clamp(0, 1))[0], luma_steps(75)) < 4 / 255


def test_small_and_clipped_pictures_tell_nothing() -> None:
    assert noise_below_jpeg(torch.rand(3, 7, 5), luma_steps(50)) == 0
    assert noise_below_jpeg(torch.ones(1, 256, 256), luma_steps(50)) == 0
