from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from preimage.denoisers import DRUNet
from preimage.errors import ArgumentError, WeightsError
from preimage.explain.network import open_network

NETS = """
from torch import nn
def layer(): return nn.Linear(2, 3)
def number(): return 7
def broken(): raise OSError("first line\\nsecond")
"""


@pytest.fixture(autouse=True)
def nets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of the user's in the current folder."""
    (tmp_path / "my_own_nets.py").write_text(NETS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, "my_own_nets", raising=False)


def test_names_of_the_zoo_and_functions_of_modules(tmp_path: Path) -> None:
    assert isinstance(open_network("drunet-grey-compact"), DRUNet)
    network = open_network("my_own_nets:layer")
    assert isinstance(network, nn.Linear)
    state = {"weight": torch.ones(3, 2), "bias": torch.zeros(3)}
    save_file(state, tmp_path / "a.safetensors")
    filled = open_network("my_own_nets:layer", tmp_path / "a.safetensors")
    assert torch.equal(filled(torch.ones(1, 2)), torch.full((1, 3), 2.0))
    save_file({"weight": torch.ones(3, 2)}, tmp_path / "b.safetensors")
    with pytest.raises(WeightsError, match="1 missing"):
        open_network("my_own_nets:layer", tmp_path / "b.safetensors")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nothing", "must be MODULE:FUNCTION or one of .*drunet-grey-compact"),
        (":layer", "must be MODULE:FUNCTION"),
        ("my_own_nets:", "must be MODULE:FUNCTION"),
        ("my_own_nets:absent", "must name a function of my_own_nets, got 'absent'"),
        ("my_own_nets:number", "must return a torch.nn.Module, got int"),
        ("my_own_nets:broken", "must be importable and callable .*OSError: first line.$"),
        ("no_such_module:layer", "ModuleNotFoundError"),
    ],
)
def test_what_gives_no_network(name: str, told: str) -> None:
    with pytest.raises(ArgumentError, match=told):
        open_network(name)
