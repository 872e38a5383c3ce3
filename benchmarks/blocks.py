"""Volumes larger than memory: kills, memory, the overhead of the engine, and the cost of a gigavoxel.

python benchmarks/blocks.py kills [--times 20]
python benchmarks/blocks.py memory [--side 640] [--memory 600MB] [--steps 2] [--task deconvolve|denoise|deblur]
THP_MEM_ALLOC_ENABLE=1 python benchmarks/blocks.py overhead [--side 256] [--times 5]    (as the command sets it)
THP_MEM_ALLOC_ENABLE=1 python benchmarks/blocks.py ratio [--side 320] [--small 192] [--memory 300MB] [--steps 3]
    (the memory is that for a block, 460 MB less than the command's)
"""

import argparse
import os
import random
import shutil
import signal
import statistics
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
from preimage.blocks.survey import copy_array
from preimage.files import read, write
from preimage.files.stacks.layout import layout_of
from preimage.files.stacks.writing import creating_stack
from preimage.machine.memory import parse_bytes
from preimage.physics import Blur, PoissonNoise
from preimage.reconstruct.frame.acquisition import Piece
from preimage.reconstruct.methods.richardson_lucy import RichardsonLucy
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
            carry_out_deconvolution(job, lambda done, total: print(done, file=file))
        os._exit(0)
    if wait is not None:
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return max((int(line) for line in log.read_text().split()), default=0) if log.exists() else 0


def memory(side: int, budget: str, steps: int, task: str) -> None:
    """The peak of the process, and seconds, for a volume of ``side`` cubed in single precision.

    The peak is what the system counted for the process and its children, not what the command says of itself.
    """
    folder = Path(tempfile.mkdtemp(prefix="blocks-"))
    try:
        np.save(folder / "psf.npy", spot(9).numpy())
        _write_volume(folder / "v.zarr", side)
        options = {
            "deconvolve": ["--psf", str(folder / "psf.npy"), "--steps", str(steps), "--no-preview"],
            "denoise": ["--sigma", "0.1"],
            "deblur": ["--sigma", "0.02", "--kernel", "gaussian:1.6"],
        }[task]
        within = ["--memory", budget] if budget else []
        command = [sys.executable, "-m", "preimage", "restore", task, str(folder / "v.zarr"), *options, *within]
        began = time.perf_counter()
        # A small process starts it, because the size of the one that starts a process may count as its peak.
        started = [sys.executable, "-c", _COUNTED, *command, "-o", str(folder / "w.zarr")]
        done = subprocess.run(started, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - began
        print(done.stdout, done.stderr[-800:])
        print(f"{4 * side**3 / 1e9:.2f} GB, {task} within {budget or 'no bound'}: {seconds:.0f} s, "
              f"{1e9 * seconds / side**3:.0f} ns a voxel")  # fmt: skip
    finally:
        shutil.rmtree(folder)


_COUNTED = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
    "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
    "used = (used.ru_maxrss * 1024 / 1e6, used.ru_utime + used.ru_stime); "
    "print(f'peak {used[0]:.0f} MB, processor {used[1]:.2f} s, ends with {code}')"
)


def _write_volume(path: Path, side: int) -> None:
    """Cells in a cube of ``side``, plane by plane."""
    values = counts(128).astype(np.float32)
    with creating_stack(path, layout_of((side,) * 3, np.float32, "ZYX")) as writer:
        for index in range(side):
            writer.put((index,), np.tile(values[index % 128], (-(-side // 128),) * 2)[:side, :side])


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


def overhead(side: int, steps: int, times: int) -> None:
    """The engine's share of the processor time of Richardson-Lucy steps on two blocks of ``side`` cubed, with halos."""
    folder, shares = Path(tempfile.mkdtemp(prefix="blocks-")), []
    try:
        method, shape = BlockRichardsonLucy(spot(9), 1.0, steps), (2 * side, side, side)
        grid = BlockGrid(shape, (side, side, side))
        with opened_workspace(folder / "y", {}, threads=1) as work:  # on disk, as the command has them
            y, _ = copy_array(work, EvenSource(shape, 20.0), grid, 5)
        with opened_workspace(folder / "first", {}, threads=1) as work:  # what is compiled once
            BlockRichardsonLucy(spot(9), 1.0, 1).solve(work, EvenSource((16,) * 3, 20.0), (16,) * 3, 19.0)
        for at in range(times):
            executor, began = Timed(), time.process_time()
            with opened_workspace(folder / f"w{at}", {}, executor, 1) as work:
                method.solve(work, y, grid.block, 19.0)
            total = time.process_time() - began
            shutil.rmtree(folder / f"w{at}")
            shares.append(100 * (total / executor.own - 1))
            print(
                f"blocks of {side}^3: {total:.2f} s of the processor, {executor.own:.2f} s of them in blocks, overhead "
                f"{shares[-1]:.1f} %; {total / steps / np.prod(shape) * 1e9:.1f} ns a voxel and step",
                flush=True,
            )
        print(f"median of {times}: {statistics.median(shares):.1f} %")
    finally:
        shutil.rmtree(folder)


def ratio(side: int, small: int, room: str, steps: int, times: int) -> None:
    """What a voxel takes of the processor for a step in blocks, by what it takes in memory, in turn."""
    folder, found, kernel = Path(tempfile.mkdtemp(prefix="blocks-")), [], spot(9)
    try:
        y = torch.from_numpy(counts(small).astype(np.float32))[None, None]
        piece = Piece(y, Blur(kernel[None, None], "valid", noise=PoissonNoise(1.0, 1.0)))
        whole, method = RichardsonLucy(steps=steps, is_given=True), BlockRichardsonLucy(kernel, 1.0, steps)
        grid = BlockGrid((side,) * 3, method.block((side,) * 3, parse_bytes(room)))
        with opened_workspace(folder / "first", {}, threads=1) as work:  # what is compiled once
            BlockRichardsonLucy(kernel, 1.0, 3).solve(work, EvenSource((16,) * 3, 20.0), (8, 16, 16), 19.0)
        with opened_workspace(folder / "y", {}, threads=1) as work:
            source, _ = copy_array(work, EvenSource((side,) * 3, 20.0), grid, 5)
        for at in range(times):
            began = time.process_time()
            whole.solve(piece, lambda step: None)
            middle = time.process_time()
            with opened_workspace(folder / f"w{at}", {}, threads=1) as work:
                method.solve(work, source, grid.block, 39.0)
            ended = time.process_time()
            shutil.rmtree(folder / f"w{at}")
            one, other = (middle - began) / small**3 / steps * 1e9, (ended - middle) / side**3 / steps * 1e9
            found.append(other / one)
            print(f"{small}^3 in memory {one:.1f} ns, {side}^3 in blocks of {grid.block} {other:.1f} ns, "
                  f"ratio {found[-1]:.2f}", flush=True)  # fmt: skip
        print(f"median of {times}: {statistics.median(found):.2f}")
    finally:
        shutil.rmtree(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kills", "memory", "overhead", "ratio"))
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--small", type=int, default=192)
    parser.add_argument("--memory", default="600MB")
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--task", choices=("deconvolve", "denoise", "deblur"), default="deconvolve")
    asked = parser.parse_args()
    if asked.what == "kills":
        kills(asked.times)
    elif asked.what == "memory":
        memory(asked.side, asked.memory, asked.steps, asked.task)
    elif asked.what == "overhead":
        overhead(asked.side, asked.steps, asked.times)
    else:
        ratio(asked.side, asked.small, asked.memory, asked.steps, asked.times)


if __name__ == "__main__":
    main()
