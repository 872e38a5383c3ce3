import pytest
import torch
import torch.nn.functional as F

from preimage.blind.noise.scales import octave_levels
from preimage.blind.white_noise import find_white_noise


def smooth_scene(size):
    side = torch.linspace(0, 3, size)
    return (0.5 + 0.2 * torch.sin(side[:, None]) * torch.cos(2 * side)).expand(3, size, size)


def test_white_noise_has_one_level_at_all_scales():
    y = smooth_scene(200) + 0.06 * torch.randn(3, 200, 200, generator=torch.Generator().manual_seed(0))
    octaves = octave_levels(y, find_white_noise(y))
    assert [level.sigma for level in octaves.levels] == pytest.approx([0.06] * 3, rel=0.2)
    assert not octaves.grow


def test_smeared_noise_is_stronger_at_coarse_scales():
    noise = torch.randn(3, 1, 200, 200, generator=torch.Generator().manual_seed(0))
    smeared = F.avg_pool2d(noise, 3, 1, padding=1)[:, 0]
    y = smooth_scene(200) + 0.06 * smeared
    octaves = octave_levels(y, find_white_noise(y))
    assert octaves.grow
    assert octaves.levels[2].sigma > 2 * octaves.levels[0].sigma


def test_small_pictures_are_not_made_smaller():
    y = torch.rand(1, 50, 80)
    assert len(octave_levels(y, find_white_noise(y)).levels) == 1
