import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from preimage.denoisers import DRUNet
from preimage.errors import WeightsError
from preimage.models import UNetGenerator
from preimage.training.recipes.diffusion import DiffusionRecipe
from preimage.training.recipes.ship import compact, measured, ship, update_row

TABLE = '[a]\nfile = "a"\nsha256 = "1"\n\n[b]\nsha256 = "2"\nchannels = 3\n'


def test_row_is_rewritten_and_no_other():
    changed = update_row(TABLE, "b", {"sha256": '"3"', "psnr": '{ "Set12/25" = 30.00 }'})
    assert (
        changed == '[a]\nfile = "a"\nsha256 = "1"\n\n[b]\nchannels = 3\nsha256 = "3"\npsnr = { "Set12/25" = 30.00 }\n'
    )
    assert update_row(TABLE, "a", {"sha256": '"3"'}).startswith('[a]\nfile = "a"\nsha256 = "3"\n\n[b]')
    with pytest.raises(WeightsError, match="must be a row"):
        update_row(TABLE, "c", {})


def test_weights_are_stored_in_float32_and_rebuild_the_network(tmp_path):
    network = DRUNet(3, (4, 5, 6, 7), blocks=2, residual=True)
    state = {name: value.double().contiguous() for name, value in network.state_dict().items()}
    save_file(state, tmp_path / "in.safetensors")
    stored = ship(tmp_path / "in.safetensors", tmp_path / "out.safetensors")
    assert {value.dtype for value in load_file(tmp_path / "out.safetensors").values()} == {torch.float32}
    x = torch.rand(1, 3, 8, 8)
    assert torch.equal(compact(stored)(x, 0.1), network(x, 0.1))


def test_a_network_that_fills_in_is_rebuilt_and_measured(tmp_path):
    network = UNetGenerator(6, 3, (4, 5, 6))
    rebuilt = compact({name: value.contiguous() for name, value in network.state_dict().items()})
    z = torch.rand(1, 6, 8, 8)
    assert torch.equal(rebuilt(z), network(z))
    Image.fromarray(np.full((9, 8, 3), 128, np.uint8)).save(tmp_path / "grey.png")
    assert measured(rebuilt, tmp_path).keys() == {f"{tmp_path.name}/half missing"}


def test_a_prior_for_diffusion_is_rebuilt_and_measured_at_all_levels(photographs, tmp_path):
    network = DiffusionRecipe(channels=1, widths=(4, 4, 4, 4), start="").network().eval()
    rebuilt = compact({name: value.contiguous() for name, value in network.state_dict().items()})
    x = torch.rand(1, 1, 9, 9)
    with torch.no_grad():
        assert torch.equal(rebuilt(x, 3.0), network(x, 3.0))
    levels = [int(key.rpartition("/")[2]) for key in measured(rebuilt, photographs)]
    assert levels == [15, 25, 50, 128, 510, 2550]


def test_large_weights_do_not_ship(tmp_path):
    save_file({"w": torch.zeros(2_000_001)}, tmp_path / "in.safetensors")
    with pytest.raises(WeightsError, match="offer it as a download"):
        ship(tmp_path / "in.safetensors", tmp_path / "out.safetensors")
    assert not (tmp_path / "out.safetensors").exists()
