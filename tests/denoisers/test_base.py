import warnings

import pytest
import torch

from preimage.denoisers import DnCNN, DRUNet, NoiseRangeWarning, check_sigma
from preimage.denoisers.base import with_noise_map


def test_levels_outside_the_trained_range_are_told():
    network = DRUNet(1, (2, 2, 2, 2), blocks=1, sigma_range=(0.0, 55 / 255))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_sigma(network, 0.0)
        check_sigma(network, 55 / 255)
        check_sigma(network, torch.tensor([0.01, 0.2]))
    with pytest.warns(NoiseRangeWarning, match=r"got 0\.3 \(76\.5/255"):
        check_sigma(network, 0.3)
    with pytest.warns(NoiseRangeWarning, match=r"got 0\.1 to 0\.4"):
        check_sigma(network, torch.tensor([0.1, 0.4]))


def test_a_network_for_one_level_is_for_that_level():
    network = DnCNN(1, width=2, depth=2, sigma=25 / 255)
    check_sigma(network, torch.tensor(25 / 255))
    with pytest.warns(NoiseRangeWarning):
        check_sigma(network, 15 / 255)


def test_noise_map_is_one_constant_channel_per_image():
    mapped = with_noise_map(torch.zeros(2, 3, 4, 5), torch.tensor([0.1, 0.2]))
    assert mapped.shape == (2, 4, 4, 5)
    assert mapped[0, 3].unique().tolist() == pytest.approx([0.1])
    assert mapped[1, 3].unique().tolist() == pytest.approx([0.2])
