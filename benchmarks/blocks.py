"""Volumes larger than memory: kills, memory, the overhead of the engine, and the cost of a gigavoxel.

python benchmarks/blocks.py kills [--times 20]
python benchmarks/blocks.py memory [--side 640] [--memory 600MB] [--steps 2]
python benchmarks/blocks.py overhead [--side 256]
"""

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from preimage.blocks import BlockRichardsonLucy, BlockStage, SerialExecutor, opened_workspace
from preimage.blocks.grid import BlockGrid
from preimage.blocks.richardson_lucy import EvenSource
from preimage.files import read, write
from preimage.reconstruct.microscopy.blocked import BlockedStack, carry_out_deconvolution
from preimage.reconstruct.microscopy.settings import DeconvolutionSettings


def counts(side: int, axes: int = 3) -> np.ndarray:
    """Cells in a cube, as counts."""
    rng = np.random.default_rng(0)
    lines = [np.cos(np.arange(side) / (7 + axis)) for axis in range(axes)]
    mean = 40 + 30 * lines[0][:, None, None] * lines[1][:, None] * lines[2]
    return rng.poisson(mean).astype(np.uint16)


def spot(size: int) -> torch.Tensor:
    line = torch.exp(-((torch.arange(size) - size // 2).float() ** 2) / size)
    kernel = line[:, None, None] * line[:, None] * line
    return kernel / kernel.sum()


def kills(times: int) -> None:
    """Kill a deconvolution at random moments until it has ended; compare it with one that nobody killed."""
    folder, draw = Path(tempfile.mkdtemp(prefix="blocks-")), random.Random(1)
    try:
        write(folder / "v.zarr", counts(64), "ZYX")
        np.save(folder / "psf.npy", spot(5).numpy())
        began = time.perf_counter()
        blocks = _ended(folder, "whole", None)
        took, done, killed, total = time.perf_counter() - began, 0, 0, blocks
        while not (folder / "killed.zarr").exists():
            wait = draw.uniform(0.02, 2 / times) * took if killed < times else None
            counted = _ended(folder, "killed", wait)
            done, killed = done + counted, killed + (not (folder / "killed.zarr").exists())
        same = np.array_equal(read(folder / "whole.zarr").values, read(folder / "killed.zarr").values)
        print(f"{killed} kills: same bits {same}; {total} blocks, finished by the killed runs together {done}")
    finally:
        shutil.rmtree(folder)


def _ended(folder: Path, name: str, wait: float | None) -> int:
    """Run a deconvolution in a process of its own, killed after ``wait`` seconds; how many blocks it finished."""
    log = folder / f"{name}.log"
    log.unlink(missing_ok=True)
    child = os.fork()
    if not child:
        settings = DeconvolutionSettings(psf=str(folder / "psf.npy"), steps=5, threads=1, dtype="float32")
        job = BlockedStack(folder / "v.zarr", folder / f"{name}.zarr", settings, (32, 32, 32))
        with log.open("a", buffering=1) as file:
            carry_out_deconvolution(job, lambda done, total: file.write(f"{done}\n") and None)
        os._exit(0)
    if wait is not None:
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return max((int(line) for line in log.read_text().split()), default=0) if log.exists() else 0


def memory(side: int, budget: str, steps: int) -> None:
    """The peak of the process, and seconds, for a volume of ``side`` cubed in single precision."""
    folder = Path(tempfile.mkdtemp(prefix="blocks-"))
    try:
        values = counts(128).astype(np.float32)
        tiled = np.tile(values, (-(-side // 128),) * 3)[:side, :side, :side]
        write(folder / "v.zarr", tiled, "ZYX")
        size = tiled.nbytes
        del tiled
        np.save(folder / "psf.npy", spot(9).numpy())
        command = [
            sys.executable, "-m", "preimage", "restore", "deconvolve", str(folder / "v.zarr"), "--psf",
            str(folder / "psf.npy"), "--steps", str(steps), "--memory", budget, "-o", str(folder / "w.zarr"),
            "--no-preview",
        ]  # fmt: skip
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        told = re.search(r"peak memory ([^;]*)", done.stdout)
        print(done.stdout, done.stderr[-500:])
        print(
            f"{size / 1e9:.2f} GB, {steps} steps within {budget}: peak {told[1] if told else '?'}, "
            f"{time.perf_counter() - began:.0f} s"
        )
    finally:
        shutil.rmtree(folder)


class Timed(SerialExecutor):
    """Adds up the processor seconds of the blocks' own work."""

    def __init__(self) -> None:
        self.own = 0.0

    def compute(self, stage: BlockStage, indices, done) -> None:
        """Compute the blocks, with a clock around each step."""
        step, timer = stage.step, self

        def timed(box, inputs):
            began = time.process_time()
            result = step(box, inputs)
            timer.own += time.process_time() - began
            return result

        object.__setattr__(stage, "step", timed)
        super().compute(stage, indices, done)


def overhead(side: int) -> None:
    """The engine's share of the processor time of Richardson-Lucy steps on a block of ``side`` cubed."""
    folder = Path(tempfile.mkdtemp(prefix="blocks-"))
    try:
        method, executor = BlockRichardsonLucy(spot(9), 1.0, 2), Timed()
        shape = (side - 8, side - 8, side - 8)
        grid = BlockGrid(shape, (side, side, side))
        began, wall = time.process_time(), time.perf_counter()
        with opened_workspace(folder / "w", {}, executor, 1) as work:
            method.solve(work, EvenSource(shape, 20.0), grid.block, 19.0)
        total, voxels = time.process_time() - began, np.prod(shape)
        print(
            f"blocks of {side}^3: {total:.1f} s of the processor, {executor.own:.1f} s of them in blocks, overhead "
            f"{100 * (total / executor.own - 1):.1f} %; {total / 2 / voxels * 1e9:.0f} s a step and gigavoxel; "
            f"wall {time.perf_counter() - wall:.1f} s"
        )
    finally:
        shutil.rmtree(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kills", "memory", "overhead"))
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--memory", default="600MB")
    parser.add_argument("--steps", type=int, default=2)
    asked = parser.parse_args()
    if asked.what == "kills":
        kills(asked.times)
    elif asked.what == "memory":
        memory(asked.side, asked.memory, asked.steps)
    else:
        overhead(asked.side)


if __name__ == "__main__":
    main()
