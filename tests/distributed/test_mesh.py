"""A mesh of processes: its sums, and what happens when one of them is gone."""

import os
import signal
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection

import pytest
import torch

from preimage.distributed import Mesh, Traffic, start_mesh
from preimage.errors import LostProcessError
from tests.distributed.processes import failures, start


def numbers_are_gathered_and_added(mesh: Mesh) -> None:
    for dtype in (torch.float32, torch.complex64, torch.bool, torch.int64):
        mine = torch.tensor([mesh.rank, 1]).to(dtype)
        everyone = torch.stack([torch.tensor([rank, 1]).to(dtype) for rank in range(mesh.size)])
        assert torch.equal(mesh.gather(mine), everyone)
    assert mesh.sum(torch.tensor([1j])).item() == mesh.size * 1j
    assert [sum(mesh.split(length)) for length in (3, 10)] == [3, 10]
    assert max(mesh.split(10)) - min(mesh.split(10)) <= 1


def test_processes_add_up() -> None:
    assert failures([numbers_are_gathered_and_added], 3) == {}
    numbers_are_gathered_and_added(Mesh())


def lose_one(writers: list[Connection]) -> None:
    with start_mesh(timeout=20) as mesh:
        mesh.wait_for_all()
        if mesh.rank == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        try:
            while True:
                mesh.sum(torch.ones(8))
        except LostProcessError as error:
            writers[mesh.rank].send(str(error))
            os._exit(3)


def test_who_is_left_ends_with_an_error_that_says_so() -> None:
    pairs = [get_context("forkserver").Pipe(duplex=False) for _ in range(3)]
    began = time.monotonic()
    processes = start(lose_one, 3, [writer for _, writer in pairs])
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [3, -signal.SIGKILL, 3]
    assert time.monotonic() - began < 60
    for rank in (0, 2):
        assert "has ended or does not answer" in pairs[rank][0].recv()


def test_a_program_started_alone_has_a_mesh_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    traffic = Traffic()
    with start_mesh(on_send=traffic) as mesh:
        assert (mesh.rank, mesh.size) == (0, 1)
        assert mesh.sum(torch.ones(1)).item() == 1
    assert traffic.sent == {}
    traffic("rows", 3)
    traffic("rows", 4)
    assert traffic.sent == {"rows": 7}
