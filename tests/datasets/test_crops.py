import pytest
import torch

from preimage.datasets import crop_batch
from preimage.errors import ShapeError


def test_crops_are_crops_up_to_the_eight_symmetries(rng):
    image = torch.arange(16, dtype=torch.uint8).reshape(1, 4, 4)
    views = {
        tuple(v.flatten().tolist())
        for top in range(2)
        for left in range(2)
        for k in range(4)
        for crop in [image[:, top : top + 3, left : left + 3].rot90(k, (1, 2))]
        for v in (crop, crop.flip(-1))
    }
    batch = (crop_batch([image], 600, 3, rng) * 255).round().to(torch.uint8)
    found = {tuple(crop.flatten().tolist()) for crop in batch}
    assert len(views) == 32
    assert found == views


def test_range_shape_and_determinism():
    images = [torch.full((3, 9, 12), 255, dtype=torch.uint8), torch.zeros((3, 12, 9), dtype=torch.uint8)]
    batch = crop_batch(images, 64, 8, torch.Generator().manual_seed(1))
    assert batch.shape == (64, 3, 8, 8)
    assert batch.dtype == torch.float32
    assert set(batch.flatten().tolist()) == {0.0, 1.0}
    assert torch.equal(batch, crop_batch(images, 64, 8, torch.Generator().manual_seed(1)))


def test_images_must_hold_a_crop(rng):
    with pytest.raises(ShapeError, match="at least 8x8, got 4x9"):
        crop_batch([torch.zeros((1, 4, 9), dtype=torch.uint8)], 1, 8, rng)
