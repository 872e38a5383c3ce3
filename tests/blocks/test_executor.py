"""Dask computes what one process computes, also where a worker is killed."""

import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from preimage.blocks.executor import BlockExecutor, DaskExecutor, SerialExecutor, executor_of
from preimage.blocks.grid import BlockGrid
from preimage.blocks.richardson_lucy import BlockRichardsonLucy
from preimage.blocks.stage import BlockInput, BlockResult, Surroundings
from preimage.blocks.workspace import BlockOutput, opened_workspace
from preimage.errors import ArgumentError
from preimage.files.stacks.stored import Box
from preimage.machine.starting import starting_context
from tests.blocks.conftest import Held, whole
from tests.blocks.test_richardson_lucy import cells, spot

dask = pytest.importorskip("dask")
utils = pytest.importorskip("distributed.utils")


@pytest.fixture(scope="module")
def cluster() -> Iterator[BlockExecutor]:
    """Two workers that are copies of one process, because each would take seconds for its imports.

    There are no compiled loops, which each would load, and the port of Dask's own page is in use.
    """
    start = {"distributed.worker.multiprocessing-method": starting_context([]).get_start_method()}
    with pytest.MonkeyPatch.context() as patch, dask.config.set(start), socket.socket() as taken:
        with contextlib.suppress(OSError):  # it is in use already
            taken.bind(("", 8787))
            taken.listen()
        patch.setenv("PREIMAGE_COMPILE", "0")
        utils.get_mp_context()  # which chooses what is imported before
        starting_context(["distributed", "torch", __name__])
        with executor_of("local:2") as executor:
            yield executor


@dataclass(frozen=True)
class Tripled:
    """Three times the values; the worker that is first to see the block at the origin is killed."""

    flag: Path | None = None

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        if self.flag is not None and all(part.start == 0 for part in box) and not self.flag.exists():
            self.flag.write_text("killed")
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.01)
        return BlockResult((3 * inputs[0].values,), (float(inputs[0].values.sum()),))


@pytest.mark.parametrize("killed", [False, True])
def test_two_workers_give_the_same_also_if_one_is_killed(killed: bool, cluster: BlockExecutor, tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((6, 9)).astype(np.float32)
    grid, found = BlockGrid((6, 9), (2, 3)), []
    flag = tmp_path / "flag" if killed else None
    for name, executor, step in (("s", SerialExecutor(), Tripled()), ("d", cluster, Tripled(flag))):
        with opened_workspace(tmp_path / name, {}, executor) as work:
            mapped = work.map("a", grid, step, [BlockInput(Held(values))], [BlockOutput("x")], ["sum"])
        found.append((whole(mapped.arrays[0]), mapped.numbers))
    assert np.array_equal(found[0][0], found[1][0])
    assert found[0][1] == found[1][1]
    assert killed == (flag is not None and flag.exists())
    assert isinstance(cluster, DaskExecutor)
    assert cluster.at_once >= 1


@dataclass(frozen=True)
class Deadly(Held):
    """An array that kills the first worker that reads of it after ``after`` is there."""

    after: Path
    parent: int

    def read(self, box: Box) -> np.ndarray:
        flag = self.after.with_name("flag")
        if os.getpid() != self.parent and self.after.exists() and not flag.exists():
            flag.write_text("killed")
            os.kill(os.getpid(), signal.SIGKILL)
        return super().read(box)


def test_deconvolution_goes_on_where_a_worker_is_killed_in_the_middle(cluster: BlockExecutor, tmp_path: Path) -> None:
    y, method, block = cells((20, 22)), BlockRichardsonLucy(spot((4, 5)), 5.0, 4), (7, 12)
    found = []
    for name, executor in (("serial", SerialExecutor()), ("dask", cluster)):
        with opened_workspace(tmp_path / name, {}, executor) as work:
            source = Deadly(y, tmp_path / "dask" / "r2", os.getpid())  # the ratio of the third step of four
            found.append(whole(method.solve(work, source, block, 15.0)))
    assert (tmp_path / "dask" / "flag").exists()
    assert np.array_equal(*found)


def test_a_scheduler_that_is_not_there_is_told() -> None:
    with pytest.raises(ArgumentError, match="or an address"), executor_of("somewhere"):
        pass
    with pytest.raises(ArgumentError, match="or an address"), executor_of("local:0"):
        pass
    with executor_of(None) as executor:
        assert executor == SerialExecutor()
