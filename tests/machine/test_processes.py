import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from preimage.errors import ArgumentError
from preimage.machine import processes
from tests.machine import together

pytestmark = pytest.mark.timeout(900)  # a fresh interpreter that imports torch, on a machine that may be busy


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """What one process reached, and what each of two together."""
    alone, two = tmp_path_factory.mktemp("alone"), tmp_path_factory.mktemp("two")
    together.main(alone)
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    here = [str(Path(__file__).parents[2]), *sys.path]
    shared = {
        **os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(here),
        "MASTER_ADDR": "localhost", "MASTER_PORT": str(port), "WORLD_SIZE": "2",
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, together.__file__, str(two)], stderr=subprocess.PIPE, text=True, env=shared, timeout=600
    )
    assert told.returncode == 0, told.stderr[-3000:]
    assert not told.stderr
    files = [alone / "0.pt", two / "0.pt", two / "1.pt"]
    return [torch.load(file, weights_only=True) for file in files], two


@pytest.mark.parametrize("what", ["network", "ema", "trainer"])
def test_two_processes_reach_the_weights_of_one(both, what):
    (alone, first, second), _ = both
    for name, value in alone[what].items():
        torch.testing.assert_close(first[what][name], value, rtol=0, atol=1e-10)
        assert torch.equal(first[what][name], second[what][name])


def test_two_processes_have_the_gradient_of_one(both):
    (alone, first, second), _ = both
    assert set(alone["gradients"]) == set(first["gradients"]) == set(second["gradients"])
    assert {"encoder", "dictionary", "output", "thresholds", "scale"} <= set(alone["gradients"])
    for name, value in alone["gradients"].items():
        assert float(value.abs().max()) > 0
        torch.testing.assert_close(first["gradients"][name], value, rtol=1e-5, atol=1e-6)
        assert torch.equal(first["gradients"][name], second["gradients"][name])


def test_only_the_first_process_writes(both):
    (alone, first, second), folder = both
    assert (alone["count"], first["count"], second["count"]) == (1, 2, 2)
    assert second["told"] == {"rank": 0, "device": "cpu"}
    rows = (folder / "log.csv").read_text().splitlines()
    assert [row.partition(",")[0] for row in rows] == ["step", "2", "4", "8", "9"]
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    assert (state["step"], state["kept"]["returns"]) == (together.STEPS, 1)


def test_a_batch_that_cannot_be_shared_equally(monkeypatch):
    monkeypatch.setattr(processes, "count", lambda: 3)
    monkeypatch.setattr(processes, "rank", lambda: 1)
    assert processes.share(6) == slice(2, 4)
    with pytest.raises(ArgumentError, match=r"`batch` must be a multiple of the 3 processes, got 16"):
        processes.share(16)


def test_alone_nothing_happens():
    network = nn.Linear(1, 1)
    assert (processes.count(), processes.rank(), processes.share(5)) == (1, 0, slice(0, 5))
    assert processes.parallel(network) is network
    assert processes.mean(0.1, network) == 0.1
    assert processes.any_of(True, network)
    assert not processes.any_of(False, network)
    with processes.join("cpu") as device:
        assert device == "cpu"
