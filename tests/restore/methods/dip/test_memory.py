import pytest
import torch
from torch import nn

from preimage.errors import ArgumentError
from preimage.models.dip import DeepImagePrior, Fit, Generator, NoiseInput
from preimage.restore.methods.dip.memory import check_memory, fit_bytes_per_pixel


class TwoMaps(Generator):
    """Six float32 numbers and ``outputs`` for each pixel."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(inputs, 6, 3, padding=1), nn.Conv2d(6, outputs, 1))

    def forward(self, z):
        return self.layers(z)


PRIOR = DeepImagePrior(TwoMaps, NoiseInput(4), Fit())


def test_feature_maps_are_counted():
    before = torch.random.get_rng_state()
    assert fit_bytes_per_pixel(PRIOR, 3) == 1.5 * 4 * (6 + 3) + 60
    assert torch.equal(torch.random.get_rng_state(), before)


def test_pictures_too_large_are_refused_with_a_size_that_fits():
    check_memory(PRIOR, 3, (10_000, 10_000), None)
    check_memory(PRIOR, 3, (1000, 1000), 600_000_000)
    with pytest.raises(ArgumentError, match=r"at least 1.62 GB .* 2000x5000 pixels.*600 MB.* to 1.05 megapixels"):
        check_memory(PRIOR, 3, (5000, 2000), 600_000_000)
    with pytest.raises(ArgumentError, match=r"allow more\.$"):
        check_memory(PRIOR, 3, (10, 10), 1_000_000)


def test_runs_go_side_by_side():
    twice = DeepImagePrior(TwoMaps, NoiseInput(4), Fit(runs=2))
    with pytest.raises(ArgumentError, match=r"at least 710 MB .*take one run, or crop or reduce it to 0.52"):
        check_memory(twice, 3, (1000, 1000), 600_000_000)
    with pytest.raises(ArgumentError, match=r"allow more or take one run\.$"):
        check_memory(twice, 3, (10, 10), 1_000_000)
