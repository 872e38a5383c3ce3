"""A training that is killed again and again ends with the files of one that is not.

    python benchmarks/training_kills.py
    python benchmarks/training_kills.py --kills 3 --steps 60

A child process trains a small network with dropout on measurements that are simulated anew in every epoch, and is
killed by ``kill -9`` at a random moment; another one goes on. At the end weights, best weights, pictures and the rows
of the log (but for the seconds) are compared, byte by byte. Needs ``fork``, which Windows lacks.
"""

import argparse
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import torch
import torch._dynamo  # of which optimizers make use at their first step
from torch import nn

from preimage import Reconstructor
from preimage.datasets import TensorDataset
from preimage.loss import SupLoss
from preimage.physics import Denoising, GaussianNoise
from preimage.training import Learning, Trainer, TrainingSteps, WarmupStableDecay
from preimage.training.log import read_rows


class Small(Reconstructor):
    """Two convolutions with dropout between them."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.Dropout(0.2), nn.Conv2d(8, 1, 3, padding=1))

    def forward(self, y: torch.Tensor, physics: Denoising) -> torch.Tensor:
        """The residual of two layers."""
        return y + self.layers(y)


def images(seed: int) -> TensorDataset:
    """Smooth random images of 16 x 16 pixels."""
    noise = torch.rand(10, 1, 4, 4, generator=torch.Generator().manual_seed(seed))
    return TensorDataset(nn.functional.interpolate(noise, size=16, mode="bilinear"))


def train(out: Path, steps: int) -> None:
    """Train in a folder, or go on there; children start from other weights, which the folder overrules."""
    Trainer(
        Small(), Denoising(GaussianNoise(0.1)), SupLoss(), images(0), images(1), budget=TrainingSteps(steps), batch=4,
        check_every=5, sheet=1, learning=Learning(1e-2, schedule=lambda count: WarmupStableDecay(count, 10)),
    ).fit(out)  # fmt: skip


def killed(out: Path, steps: int, kills: int, seconds: float, rng: random.Random) -> list[int]:
    """The steps in the checkpoint after each kill."""
    context, reached = multiprocessing.get_context("fork"), []
    while len(reached) < kills:
        child = context.Process(target=train, args=(out, steps))
        child.start()
        time.sleep(rng.uniform(0, seconds))
        alive = child.is_alive()
        if alive:
            os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        if not alive:
            raise SystemExit(f"the training ended after {len(reached)} kills; give it more --steps")
        path = out / "checkpoint.pt"
        reached.append(torch.load(path, weights_only=True)["step"] if path.exists() else -1)
    return reached


def files(out: Path) -> dict[str, bytes]:
    """Weights and pictures by their names, and the log without its seconds."""
    kept = {path.name: path.read_bytes() for path in out.rglob("*") if path.suffix in {".safetensors", ".png"}}
    rows = [{**row, "seconds": ""} for row in read_rows(out / "log.csv")]
    return {**kept, "log.csv": repr(rows).encode()}


def main() -> int:
    """Print what is the same; the exit status says whether all is."""
    parser = argparse.ArgumentParser(description="Kill a training at random moments and compare.")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        whole, cut = Path(folder) / "whole", Path(folder) / "cut"
        torch.manual_seed(0)
        train(Path(folder) / "first", 10)
        torch.manual_seed(0)
        started = time.perf_counter()
        train(whole, args.steps)
        seconds = time.perf_counter() - started
        torch.manual_seed(0)
        reached = killed(cut, args.steps, args.kills, 1.2 * seconds / args.kills, random.Random(args.seed))
        train(cut, args.steps)
        found, wanted = files(cut), files(whole)
    print(f"killed {args.kills} times in a run of {seconds:.1f} s, at steps {reached}")
    same = [name for name in wanted if found.get(name) == wanted[name]]
    print(f"{len(same)} of {len(wanted)} files are the same: weights, best weights, pictures, log")
    return 0 if found == wanted else 1


if __name__ == "__main__":
    sys.exit(main())
