"""Photographs of a folder a second: one at a time, and as many as there are cores.

    python benchmarks/throughput.py [--count 12] [--side 1400] [--before PYTHONPATH ...]

Makes so many photographs (JPEG, about 2 megapixels) with noise, and restores the folder by the command of this build
with ``--jobs 1`` and by default, and by those of other builds whose sources are named; imports included. Before, each
build restores one small picture, so that its loops are compiled. Seconds of a clock, for which nothing else should run,
and of the processor, for which others may. Pictures of this build must be the same to the bit; of others, how many
samples differ, and by how much at the most.
"""

import argparse
import os
import resource
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


def _seconds(folder: Path, output: Path, options: list[str], sources: str | None) -> tuple[float, float]:
    """Of a clock, and of the processor."""
    environment = {**os.environ, **({} if sources is None else {"PYTHONPATH": sources})}
    command = [sys.executable, "-m", "preimage", "restore", "denoise", str(folder), "-o", str(output), *options]
    started, spent = time.perf_counter(), _processor()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started, _processor() - spent


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path)).astype(int)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--side", type=int, default=1400)
    parser.add_argument("--before", nargs="*", default=[], help="PYTHONPATH of another build")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as text:
        folder, runs = Path(text) / "in", [("--jobs 1", ["--jobs", "1"], None), ("default", [], None)]
        runs += [(f"before {at}", [], sources) for at, sources in enumerate(args.before, 1)]
        _make(folder, args.count, args.side)
        _make(Path(text) / "small", 1, 96)
        for number, (name, options, sources) in enumerate(runs):
            _seconds(Path(text) / "small", Path(text) / f"small{number}", [], sources)
            clock, processor = _seconds(folder, Path(text) / str(number), options, sources)
            rate = f"{args.count / clock:8.3f} pictures a second"
            print(f"{name:12}{clock:8.1f} s{rate}, {processor / args.count:6.1f} s of the processor each", flush=True)
        for path in sorted((Path(text) / "0").glob("*.jpg")):
            assert (Path(text) / "1" / path.name).read_bytes() == path.read_bytes(), path.name
            for number in range(2, len(runs)):
                off = np.abs(_pixels(Path(text) / str(number) / path.name) - _pixels(path))
                print(
                    f"{path.name}: {int((off > 0).sum())} samples of {runs[number][0]} differ, by {off.max()} at most"
                )
        print("the same pictures with one job and with several, to the bit")


if __name__ == "__main__":
    main()
