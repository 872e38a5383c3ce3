"""Photographs of a folder a second: one at a time, and as many as there are cores.

    python benchmarks/throughput.py [--count 12] [--side 1400] [--before PYTHONPATH]

Makes so many photographs (JPEG, about 2 megapixels) with noise, and restores the folder by the command of this build
with ``--jobs 1`` and by default, and by that of another build whose sources are named; imports included. Seconds of a
clock, so nothing else should run. The pictures must be the same to the bit.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image


def _make(folder: Path, count: int, side: int) -> None:
    folder.mkdir()
    rng, (y, x) = np.random.default_rng(0), np.mgrid[:side, :side]
    for at in range(count):
        waves = [128 + 90 * np.sin(x / (17 + 3 * c) + at) * np.cos(y / (23 + c)) for c in range(3)]
        noisy = np.stack(waves, 2) + 12 * rng.standard_normal((side, side, 3))
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(folder / f"{at:02d}.jpg", quality=92)


def _seconds(folder: Path, output: Path, options: list[str], sources: str | None) -> float:
    environment = {**os.environ, **({} if sources is None else {"PYTHONPATH": sources})}
    command = [sys.executable, "-m", "preimage", "restore", "denoise", str(folder), "-o", str(output), *options]
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--side", type=int, default=1400)
    parser.add_argument("--before", help="PYTHONPATH of another build")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as text:
        folder, runs = Path(text) / "in", [("--jobs 1", ["--jobs", "1"], None), ("default", [], None)]
        runs += [("before", [], args.before)] if args.before else []
        _make(folder, args.count, args.side)
        for number, (name, options, sources) in enumerate(runs):
            seconds = _seconds(folder, Path(text) / str(number), options, sources)
            print(f"{name:12}{seconds:8.1f} s{args.count / seconds:8.3f} pictures a second", flush=True)
        for path in sorted((Path(text) / "0").glob("*.jpg")):
            others = [(Path(text) / str(number) / path.name).read_bytes() for number in range(1, len(runs))]
            assert all(other == path.read_bytes() for other in others), path.name
        print("the same pictures, to the bit")


if __name__ == "__main__":
    main()
