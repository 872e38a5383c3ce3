"""A computation that is killed again and again ends with the same bits, and loses a block at the most each time."""

import os
import random
import signal
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

from preimage.blocks import BlockRichardsonLucy, BlockStage, SerialExecutor, opened_workspace
from tests.blocks.conftest import Held, whole
from tests.blocks.test_richardson_lucy import cells, spot

SHAPE, BLOCK, STEPS = (24, 25), (9, 10), 6


class Slow(SerialExecutor):
    """Counts the blocks it begins in a file, and takes its time."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def compute(self, stage: BlockStage, indices, done) -> None:
        def told() -> None:
            done()
            time.sleep(0.002)

        for index in indices:
            with self.log.open("a") as file:
                file.write("x")
            super().compute(stage, [index], told)


def run(folder: Path, log: Path) -> np.ndarray:
    method = BlockRichardsonLucy(spot((4, 5)), 5.0, STEPS)
    with opened_workspace(folder, {"steps": STEPS}, Slow(log), 1) as work:
        return whole(method.solve(work, Held(cells(SHAPE)), BLOCK, 30.0))


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")
def test_kills(tmp_path: Path) -> None:
    truth = run(tmp_path / "whole", tmp_path / "whole.log")
    wanted, draw, kills = len((tmp_path / "whole.log").read_text()), random.Random(0), 0
    for _ in range(60):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if not child:
            try:
                np.save(tmp_path / "found.npy", run(tmp_path / "killed", tmp_path / "killed.log"))
                os._exit(0)
            finally:
                os._exit(1)
        time.sleep(draw.uniform(0.0, 0.15))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if not status:
            break
        kills += 1
    else:
        np.save(tmp_path / "found.npy", run(tmp_path / "killed", tmp_path / "killed.log"))
    assert np.array_equal(np.load(tmp_path / "found.npy"), truth)
    assert kills >= 3
    begun = len((tmp_path / "killed.log").read_text())
    assert wanted <= begun <= wanted + kills
