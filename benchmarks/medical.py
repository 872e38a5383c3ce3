"""Tomography: times of one thread, accuracy against closed forms, and the same of peers in the same minute.

    python benchmarks/medical.py [--peers PYTHON] [--size 256] [--views 180]

PYTHON is an interpreter in whose environment torchtomo is installed. Times are processor seconds, the least of a few.
"""

import argparse
import json
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from preimage.physics import FanBeam, ParallelBeam, Tomography

PEER = Path(__file__).parent / "peers" / "with_torchtomo.py"
REPEATS = 5


def seconds(function: Callable[[], object]) -> float:
    """The least processor time of a few calls, after one that does not count."""
    function()
    found = []
    for _ in range(REPEATS):
        start = time.process_time()
        function()
        found.append(time.process_time() - start)
    return min(found)


def disk(size: int) -> torch.Tensor:
    """A disk of radius 0.3 sizes, off the centre, each pixel the mean of 8 by 8 points."""
    x = (torch.arange(8 * size) + 0.5) / (8 * size) - 0.5
    inside = ((x - 0.1) ** 2 + (-x[:, None] - 0.05) ** 2 <= 0.3**2).float()  # at (0.1, 0.05), y up
    return torch.nn.functional.avg_pool2d(inside[None, None], 8)


def chords(size: int, views: int) -> torch.Tensor:
    """The lengths of chords of that disk in pixels, averaged over bins, (V, K)."""
    t = (torch.arange(views) * torch.pi / views)[:, None]
    s = ((torch.arange(32 * size) + 0.5) / (32 * size) - 0.5) - (0.1 * t.cos() + 0.05 * t.sin())
    lengths = 2 * (0.3**2 - s**2).clamp_min(0).sqrt() * size
    return lengths.unflatten(1, (size, 32)).mean(2)


def measure(size: int, views: int) -> tuple[dict[str, float], torch.Tensor]:
    """Our times, and the sinogram of the disk."""
    image = disk(size)
    parallel = Tomography(ParallelBeam(torch.arange(views) * 180 / views, size), (size, size))
    fan = Tomography(FanBeam(torch.arange(views) * 360 / views, size, 2.0 * size, 2.0 * size, 2.0), (size, size))
    arc = Tomography(
        FanBeam(torch.arange(views) * 360 / views, size, 2.0 * size, 2.0 * size, 2.0, curved=True), (size, size)
    )
    batch = image.expand(8, -1, -1, -1).contiguous()
    y, z = parallel.A(image), fan.A(image)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = {
        "forward": seconds(lambda: parallel.A(image)),
        "adjoint": seconds(lambda: parallel.A_adjoint(y)),
        "fbp": seconds(lambda: parallel.fbp(y)),
        "batch of 8": seconds(lambda: parallel.A(batch)),
        "fan forward": seconds(lambda: fan.A(image)),
        "fan adjoint": seconds(lambda: fan.A_adjoint(z)),
        "fan fbp": seconds(lambda: fan.fbp(z)),
        "arc adjoint": seconds(lambda: arc.A_adjoint(z)),
        "arc fbp": seconds(lambda: arc.fbp(z)),
    }
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"peak memory grew by {(after - before) / 1024:.0f} MB over all of these")
    return times, y[0, 0]


def main() -> None:
    """Print a table of times, ratios and errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", help="an interpreter with torchtomo")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--views", type=int, default=180)
    options = parser.parse_args()
    torch.set_num_threads(1)
    truth = chords(options.size, options.views)
    times, y = measure(options.size, options.views)
    peer: dict[str, float] = {}
    print(f"error against the chords: {((y - truth).norm() / truth.norm()).item():.5f}")
    if options.peers:
        with tempfile.TemporaryDirectory() as folder:
            np.save(Path(folder) / "image.npy", disk(options.size).numpy())
            command = [options.peers, str(PEER), folder, str(options.views)]
            peer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            other = torch.from_numpy(np.load(Path(folder) / "torchtomo.npy"))[0, 0]
        errors = [((o - truth).norm() / truth.norm()).item() for o in (other, other.flip(1), other.flip(0))]
        print(f"of torchtomo, in the best of three orientations: {min(errors):.5f}")
    for name, value in times.items():
        ratio = f"{1e3 * peer[name]:9.1f} ms torchtomo, ratio {value / peer[name]:.2f}" if name in peer else ""
        print(f"{name:12s}{1e3 * value:9.1f} ms{ratio}")


if __name__ == "__main__":
    main()
