from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from preimage import zoo
from preimage.denoisers import DRUNet
from preimage.errors import WeightsError
from preimage.training.recipes.starts import load_suitable, with_shipped


@pytest.mark.parametrize("channels", [1, 3])
def test_shipped_is_the_compact_network_of_the_package(channels):
    network = DRUNet(channels, (16, 32, 64, 128), 2, residual=True)
    load_suitable(network, with_shipped(Path("shipped"), channels))
    name = {1: "drunet-grey-compact", 3: "drunet-color-compact"}[channels]
    shipped = zoo.load_denoiser(name).state_dict()
    assert all(torch.equal(value, shipped[key]) for key, value in network.state_dict().items())


def test_what_suits_is_taken_and_the_rest_stays(tmp_path):
    network = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(3, 1))
    before = network[1].weight.clone()
    save_file(
        {"0.weight": torch.ones(3, 2), "1.weight": torch.ones(7, 7), "more": torch.ones(1)}, tmp_path / "a.safetensors"
    )
    load_suitable(network, with_shipped(tmp_path / "a.safetensors", 3))
    assert torch.equal(network[0].weight, torch.ones(3, 2))
    assert torch.equal(network[1].weight, before)


def test_files_that_are_no_start_are_refused(tmp_path):
    network = torch.nn.Linear(2, 3)
    with pytest.raises(WeightsError, match="check the name"):
        load_suitable(network, tmp_path / "none.safetensors")
    save_file({"else": torch.ones(3, 2)}, tmp_path / "b.safetensors")
    with pytest.raises(WeightsError, match="suit the network"):
        load_suitable(network, tmp_path / "b.safetensors")
