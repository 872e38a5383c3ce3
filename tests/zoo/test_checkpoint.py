from unittest.mock import Mock

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from preimage import zoo
from preimage.denoisers import DnCNN, IRCNNBank
from preimage.errors import ArgumentError, WeightsError
from tests.data import DATA, needs_data


@needs_data
def test_published_file_with_other_arguments_says_what_is_missing():
    with pytest.raises(
        WeightsError, match=r"40 tensors of DnCNN, got dncnn_25\.safetensors with 6 missing \(model\.34\."
    ):
        zoo.load_file(DATA / "weights" / "dncnn_25.safetensors", DnCNN(1, depth=20))


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_round_trip_of_a_file(tmp_path, suffix):
    torch.manual_seed(1)
    network, path = DnCNN(1, width=4, depth=3), tmp_path / f"net{suffix}"
    state = {name: value.contiguous() for name, value in network.state_dict().items()}
    if suffix == ".pth":
        torch.save(state, path)
    else:
        save_file(state, path)
    loaded = zoo.load_file(path, DnCNN(1, width=4, depth=3))
    x = torch.rand(1, 1, 8, 8)
    assert torch.equal(loaded(x, 0.1), network.eval()(x, 0.1))


def test_bank_of_nested_dictionaries(tmp_path):
    """The published bank is one file: a dictionary of 25 state dictionaries named 0 ... 24."""
    torch.manual_seed(1)
    bank = IRCNNBank(1, width=2, levels=3)
    torch.save({str(i): bank.get_submodule(str(i)).state_dict() for i in range(3)}, tmp_path / "bank.pth")
    loaded = zoo.load_file(tmp_path / "bank.pth", IRCNNBank(1, width=2, levels=3))
    x = torch.rand(1, 1, 8, 8)
    assert torch.equal(loaded(x, 3 / 255), bank(x, 3 / 255))


def test_shapes_are_checked(tmp_path):
    torch.save(DnCNN(1, width=4, depth=3).state_dict(), tmp_path / "net.pth")
    with pytest.raises(WeightsError, match=r"'model.0.weight' of shape \(8, 1, 3, 3\), got \(4, 1, 3, 3\)"):
        zoo.load_file(tmp_path / "net.pth", DnCNN(1, width=8, depth=3))


@pytest.mark.parametrize(
    "name", ["junk.safetensors", "junk.pth", "missing.pth", "missing.safetensors", "code.pth", "list.pth"]
)
def test_damaged_files_are_refused_without_running_code(tmp_path, name):
    if name.startswith("junk"):
        (tmp_path / name).write_bytes(b"not weights at all")
    if name.startswith("code"):
        torch.save({"network": DnCNN(1, width=2, depth=2)}, tmp_path / name)
    if name.startswith("list"):
        torch.save([torch.ones(1)], tmp_path / name)
    with pytest.raises(WeightsError, match="`path` must"):
        zoo.load_file(tmp_path / name, DnCNN(1, width=2, depth=2))
    if name.startswith("missing"):
        with pytest.raises(WeightsError, match="readable file"):
            zoo.load("dncnn-grey-25", tmp_path / name)


@pytest.mark.parametrize("kind", ["sparse", "complex", "meta"])
def test_tensors_that_are_no_plain_numbers_are_refused(tmp_path, kind):
    network = DnCNN(1, 2, 4)
    made = {"sparse": Tensor.to_sparse, "complex": lambda t: t.to(torch.complex64), "meta": lambda t: t.to("meta")}
    torch.save({name: made[kind](value) for name, value in network.state_dict().items()}, tmp_path / "w.pt")
    with pytest.raises(WeightsError, match="plain real tensors"):
        zoo.load_file(tmp_path / "w.pt", network)


def test_what_a_reader_raises_on_a_damaged_file_is_the_packages_error(tmp_path, monkeypatch):
    (tmp_path / "w.pt").write_bytes(b"damaged")
    for error in (KeyError("storage"), IndexError(), RecursionError("deep"), AttributeError("x")):
        monkeypatch.setattr(torch, "load", Mock(side_effect=error))
        with pytest.raises(WeightsError, match="fetch it again"):
            zoo.load_file(tmp_path / "w.pt", DnCNN(1, 2, 4))


def test_unknown_kind_of_file(tmp_path):
    with pytest.raises(ArgumentError, match="must end in"):
        zoo.load_file(tmp_path / "net.onnx", DnCNN(1, width=2, depth=2))
