import io

import numpy as np
import pytest
import torch
from PIL import Image

from preimage.blind.jpeg import find_jpeg
from tests.data import DATA, needs_data


def compressed(pixels, quality):
    """What is left of uint8 (H, W) or (H, W, 3), (1 or 3, H, W) in [0, 1]."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    array = np.array(Image.open(file))
    return torch.from_numpy(array.reshape(*array.shape[:2], -1)).permute(2, 0, 1) / 255


@pytest.fixture(scope="module")
def texture():
    """Waves and noise of many sizes, uint8 (160, 176, 3)."""
    rows, columns = np.mgrid[:160, :176]
    waves = np.sin(rows / 7 + columns / 11) + np.sin(columns * rows / 900)
    noise = np.random.default_rng(0).standard_normal((160, 176, 1)) * (columns / 176)[..., None]
    return np.uint8(np.clip(128 + 35 * waves[..., None] + 15 * noise + np.array([20, 0, -20]), 0, 255))


@pytest.mark.parametrize(("quality", "corner"), [(10, (3, 5)), (30, (0, 0)), (60, (7, 2)), (90, (3, 5))])
def test_quality_and_grid_are_found(texture, quality, corner):
    for pixels in (texture, texture[..., 0]):
        found = find_jpeg(compressed(pixels, quality)[:, corner[0] :, corner[1] :])
        assert found is not None
        assert (found.quality, found.phase) == (quality, (-corner[0] % 8, -corner[1] % 8))


def test_nothing_is_found_where_nothing_is(texture):
    for picture in (
        torch.from_numpy(texture[None, ..., 1]) / 255,
        compressed(texture, 60)[:, ::2, ::2],
        torch.full((1, 64, 64), 0.5),
        torch.rand(1, 15, 400, generator=torch.Generator().manual_seed(0)),
    ):
        assert find_jpeg(picture) is None


@needs_data
@pytest.mark.parametrize("name", ["Set12", "classic5"])
def test_photographs(name):
    paths = sorted((DATA / "test" / name).iterdir())
    pixels = np.array(Image.open(paths[0]).convert("L"))
    assert find_jpeg(torch.from_numpy(pixels)[None] / 255) is None
    for quality in (10, 95):
        found = find_jpeg(compressed(pixels, quality)[:, 1:, 6:])
        assert found is not None
        assert (found.quality, found.phase) == (quality, (7, 2))
