"""Every public function of preimage that a peer also has, raced once.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install torch==2.13.0 deepinv ptwt PyWavelets scikit-image \
        pyproximal pylops opencv-python-headless kornia piq torchmetrics
    python benchmarks/races.py --peers /tmp/peers/bin/python [--only wavelet] [--only PSNR]

Ours and the peers work in processes of their own, on one thread and on the same file of arrays, and take turns. Times
are the least of many repeats in seconds of the processor, so other programs disturb little. What a peer computes is
named in ``peers/races_of_peers.py``; where it does less, or to another accuracy, its name says so. A race in a row is
``ours / fastest peer``: above one we are slower.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent


def arrays() -> dict[str, Any]:
    """Pictures of waves and edges with noise, in [0, 1], and what operators need."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[0:1:256j, 0:1:256j]
    waves = 0.5 + 0.3 * np.sin(25 * rows * columns) + 0.2 * (columns > 0.6)
    clean = np.stack([waves, waves.T, 1 - waves])
    noisy = np.clip(clean + 0.1 * rng.standard_normal(clean.shape), 0, 1)
    kernel = np.exp(-(np.linspace(-2, 2, 9)[:, None] ** 2 + np.linspace(-2, 2, 9) ** 2))
    return {
        "clean": clean.astype(np.float32)[None],
        "noisy": noisy.astype(np.float32)[None],
        "batch": rng.random((4, 3, 256, 256), np.float32),
        "other": rng.random((4, 3, 256, 256), np.float32),
        "grey": noisy[:1].astype(np.float32)[None],
        "kernel": (kernel / kernel.sum()).astype(np.float32)[None, None],
        "mask": (rng.random((256, 256)) < 0.5).astype(np.float32),
        "matrix": rng.standard_normal((256, 1024)).astype(np.float32) / 16,
        "small": rng.random((4, 1, 32, 32), np.float32),
    }


class Lane:
    """A process in which the calls of one script are timed."""

    def __init__(self, python: str, script: Path, folder: Path) -> None:
        names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        paths = os.pathsep.join([str(HERE.parent / "src"), str(HERE / "peers")])
        environment = {**os.environ, **dict.fromkeys(names, "1"), "PYTHONPATH": paths}
        self.process = subprocess.Popen(
            [python, str(script), str(folder / "arrays.npz")],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.names: list[str] = self.answer()

    def ask(self, *what: object) -> float:
        """The seconds that a call takes; infinite where it fails."""
        assert self.process.stdin is not None
        print(json.dumps(what), file=self.process.stdin, flush=True)
        return float(self.answer())

    def answer(self):
        """The next line of JSON; what libraries print is passed over."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("race "):
                return json.loads(line.removeprefix("race "))
        raise SystemExit(f"{self.process.args} ended; its message is above")


def race(runners: list[tuple[Lane, str]], seconds: float) -> list[float]:
    """The least seconds of each runner, who take turns, a hundred times at most."""
    best, spent, turns = [lane.ask(name) for lane, name in runners], 0.0, 0
    while spent < seconds and min(best) < np.inf and (turns := turns + 1) < 100:
        times = [lane.ask(name) for lane, name in runners]
        best = [min(pair) for pair in zip(best, times, strict=True)]
        spent += max(t for t in times if t < np.inf)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", required=True, help="the Python that has the peers")
    parser.add_argument("--only", action="append", default=[], help="a part of the names to race")
    parser.add_argument("--seconds", type=float, default=0.5, help="at most, for the slowest runner of a race")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder) / "arrays.npz", **arrays())
        ours = Lane(sys.executable, HERE / "races_of_ours.py", Path(folder))
        peers = Lane(arguments.peers, HERE / "peers" / "races_of_peers.py", Path(folder))
        print(f"{'':44}{'ours ms':>10}{'peer ms':>10}{'ratio':>8}  fastest peer")
        for name in ours.names:
            if arguments.only and not any(part in name for part in arguments.only):
                continue
            rivals = [peer for peer in peers.names if peer.split(": ")[0] == name]
            mine, *theirs = race([(ours, name), *((peers, rival) for rival in rivals)], arguments.seconds)
            best = min(range(len(rivals)), key=lambda index: theirs[index])
            ratio, who = mine / theirs[best], rivals[best].split(": ")[1]
            slow = "  slower" if ratio > 1 else ""
            print(f"{name:44}{1e3 * mine:10.3f}{1e3 * theirs[best]:10.3f}{ratio:8.2f}  {who}{slow}", flush=True)


if __name__ == "__main__":
    main()
