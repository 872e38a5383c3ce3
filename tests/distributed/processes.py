"""Runs checks on several processes, as ``torchrun`` would start them, and tells which failed."""

import multiprocessing
import os
import socket
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

import torch

from preimage.distributed import Mesh, start_mesh

__all__ = ["failures", "start"]

Check = Callable[[Mesh], object]


def start(work: Callable[..., None], size: int, *arguments: object, environment: Any = None) -> list[Any]:
    """Processes that call ``work(*arguments)`` in the environment that ``torchrun`` makes."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["torch", "preimage.distributed", "preimage.optim", "tests.distributed.processes"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    common = {"WORLD_SIZE": str(size), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    known = {"GLOO_SOCKET_IFNAME": "lo", "PREIMAGE_COMPILE": "0", **common, **(environment or {})}
    processes = [
        context.Process(target=_called, args=(work, {**known, "RANK": str(n), "LOCAL_RANK": str(n)}, arguments))
        for n in range(size)
    ]
    for process in processes:
        process.start()
    return processes


def failures(checks: list[Check], size: int, timeout: float = 120.0) -> dict[str, str]:
    """What went wrong in each of the ``checks``, by their names, with the number of the process; empty for nothing."""
    context = multiprocessing.get_context("forkserver")
    pairs = [context.Pipe(duplex=False) for _ in range(size)]
    processes = start(_checked, size, checks, [writer for _, writer in pairs])
    found: dict[str, str] = {}
    for number, (reader, writer) in enumerate(pairs):
        writer.close()
        if not wait([reader], timeout):
            found["mesh"] = f"process {number} did not answer in {timeout} s"
            break
        try:
            for name, text in reader.recv().items():
                found.setdefault(name, f"process {number}: {text}")
        except EOFError:
            found["mesh"] = f"process {number} ended without an answer"
    for process in processes:
        process.join(10)
        process.kill()
    return found


def _called(work: Callable[..., None], environment: dict[str, str], arguments: tuple[object, ...]) -> None:
    os.environ.update(environment)
    torch.set_num_threads(1)
    work(*arguments)


def _checked(checks: list[Check], writers: list[Connection]) -> None:
    found: dict[str, str] = {}
    with start_mesh(timeout=30) as mesh:
        for check in checks:
            torch.manual_seed(0)
            try:
                check(mesh)
            except Exception:
                found[check.__name__] = traceback.format_exc(limit=-6)
        writers[mesh.rank].send(found)
