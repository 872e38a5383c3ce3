import copy
import sys

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from preimage.errors import WeightsError
from preimage.training.checkpoint import Trained, read_checkpoint, write_checkpoint, write_weights, write_whole


def trained(size=3):
    network = nn.Linear(size, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.1)
    network(torch.ones(1, size)).sum().backward()
    optimizer.step()
    return Trained(network, copy.deepcopy(network), (optimizer,))


def test_what_is_written_is_read(tmp_path):
    one, other = trained(), trained()
    write_checkpoint(tmp_path / "c.pt", one, {"step": 7})
    assert read_checkpoint(tmp_path / "c.pt", other)["step"] == 7
    assert torch.equal(one.network.weight, other.network.weight)
    assert str(one.state()) == str(other.state())


def test_a_loaded_state_is_not_changed_by_the_steps_after_it():
    run = trained()
    held = copy.deepcopy(run.state())
    run.load(held)
    run.optimizers[0].step()
    fresh = copy.deepcopy(held)
    run.load(held)
    assert str(run.state()) == str(fresh)


@pytest.mark.parametrize("fault", ["other", "cut", "empty"])
def test_a_file_that_does_not_fit(tmp_path, fault):
    path = tmp_path / "c.pt"
    write_checkpoint(path, trained(), {"step": 1})
    content = path.read_bytes()
    path.write_bytes({"other": content, "cut": content[:100], "empty": b""}[fault])
    with pytest.raises(WeightsError, match="use a new folder"):
        read_checkpoint(path, trained(4))


def test_a_write_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(beside):
        beside.write_text("ne")
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        write_whole(path, fail)
    assert path.read_text() == "old"
    write_whole(path, lambda beside: beside.write_text("new"))
    assert path.read_text() == "new"


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions")
def test_weights_may_be_read_by_those_who_may_read_other_files(tmp_path):
    (tmp_path / "plain").touch()
    write_weights(tmp_path / "w.safetensors", {"a": torch.arange(6.0).reshape(2, 3).T})
    assert (tmp_path / "w.safetensors").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert torch.equal(load_file(tmp_path / "w.safetensors")["a"], torch.arange(6.0).reshape(2, 3).T)
