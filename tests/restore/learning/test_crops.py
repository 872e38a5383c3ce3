import pytest
import torch

from preimage.blind.light import Light
from preimage.datasets import collate
from preimage.physics import PoissonGaussianNoise
from preimage.restore.learning.crops import NoisyCrops, stabilised
from preimage.restore.learning.found import NoisyPicture

PICTURES = tuple(
    NoisyPicture(torch.rand(1, 20, 24, generator=torch.Generator().manual_seed(n)), 0.1, None, 0.2) for n in range(3)
)


def test_crops_follow_from_epoch_and_number() -> None:
    data = NoisyCrops(PICTURES, 8)
    assert len(data) == 3
    assert torch.equal(data[1].y, data[1].y)
    assert not torch.equal(data[1].y, data.at_epoch(1)[1].y)
    middle = NoisyCrops(PICTURES, 8, random=False)
    assert torch.equal(middle.at_epoch(4)[0].y, PICTURES[0].pixels[:, 6:14, 8:16])
    batch = collate([data[0], data[1]])
    assert (batch.x, tuple(batch.y.shape)) == (None, (2, 1, 8, 8))
    torch.testing.assert_close(batch.params["sigma"], torch.full((2,), 0.2))
    torch.testing.assert_close(batch.params["told"], torch.full((2,), 0.1))


def test_rows_stay_rows_where_noise_is_correlated() -> None:
    stripes = NoisyPicture(torch.arange(16.0)[:, None].expand(1, 16, 16), 0.1, None, 0.1)
    crops = [NoisyCrops((stripes,), 8, turned=False, epoch=epoch)[0].y for epoch in range(12)]
    assert all(float(crop.diff(dim=-1).abs().max()) == 0 for crop in crops)
    assert any(float(NoisyCrops((stripes,), 8, epoch=epoch)[0].y.diff(dim=-1).abs().max()) > 0 for epoch in range(12))


def test_noise_of_light_becomes_white_with_the_level_told() -> None:
    light, rng = Light(0.02, 0.01), torch.Generator().manual_seed(0)
    spreads = []
    for brightness in (0.2, 0.8):
        flat = torch.full((1, 128, 128), brightness)
        y = PoissonGaussianNoise(light.gain, light.sigma).sample(flat[None], rng)[0]
        seen = stabilised(NoisyPicture(y, 0.1, light, 0.1), light)
        assert (float(seen.pixels.min()), float(seen.pixels.max())) == (0.0, 1.0)
        spreads.append(float(seen.pixels.std()) / seen.sigma)
    assert spreads == pytest.approx([1, 1], abs=0.05)
