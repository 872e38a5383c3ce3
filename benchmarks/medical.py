"""Tomography: times of one thread, accuracy against closed forms, and the same of peers in the same minute.

    python benchmarks/medical.py [--peers PYTHON] [--size 256] [--views 180]
    python benchmarks/medical.py --cone [--peers PYTHON] [--size 128] [--views 180]

PYTHON is an interpreter with torchtomo, astra-toolbox and scikit-image, for a cone with itk-rtk; peers that are not
installed there are left out. Times are processor seconds, the least of a few. Sinograms of peers are taken as the table
of orientations in ``docs/tomography.md`` says, so that their errors tell whether it is right.
"""

import argparse
import dataclasses
import json
import resource
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch

from peers._timing import seconds
from preimage.physics import ConeBeam, FanBeam, ParallelBeam, Tomography

PEERS = Path(__file__).parent / "peers"
# Name, script, and how far right of the middle their axis is in pictures and sinograms of even size, in pixels.
PLANAR = (("torchtomo", "torchtomo", 0.0), ("ASTRA", "astra", 0.0), ("scikit-image", "radon", 0.5))

Times = dict[str, float]


def disk(size: int) -> torch.Tensor:
    """A disk of radius 0.3 sizes, off the centre, each pixel the mean of 8 by 8 points."""
    x = (torch.arange(8 * size) + 0.5) / (8 * size) - 0.5
    inside = ((x - 0.1) ** 2 + (-x[:, None] - 0.05) ** 2 <= 0.3**2).float()  # at (0.1, 0.05), y up
    return torch.nn.functional.avg_pool2d(inside[None, None], 8)


def chords(size: int, views: int, axis: float = 0.0) -> torch.Tensor:
    """The lengths of chords of that disk in pixels, averaged over bins, (V, K).

    Args:
        size: pixels and bins.
        views: over half a turn.
        axis: how far right of and below the middle of the picture the axis is, and right of the middle of the detector.
    """
    t = (torch.arange(views) * torch.pi / views)[:, None]
    right, up = 0.1 - axis / size, 0.05 + axis / size
    s = ((torch.arange(32 * size) + 0.5) / (32 * size) - 0.5) - axis / size - (right * t.cos() + up * t.sin())
    lengths = 2 * (0.3**2 - s**2).clamp_min(0).sqrt() * size
    return lengths.unflatten(1, (size, 32)).mean(2)


def error(y: torch.Tensor, truth: torch.Tensor) -> float:
    """The relative distance."""
    return ((y - truth).norm() / truth.norm()).item()


def planar(size: int, views: int) -> tuple[Times, torch.Tensor]:
    """Our times for parallel rays and fans, and the sinogram of the disk."""
    image = disk(size)
    parallel = Tomography(ParallelBeam(torch.arange(views) * 180 / views, size), (size, size))
    flat = FanBeam(torch.arange(views) * 360 / views, size, 2.0 * size, 2.0 * size, 2.0)
    fan, arc = Tomography(flat, (size, size)), Tomography(dataclasses.replace(flat, curved=True), (size, size))
    batch = image.expand(8, -1, -1, -1).contiguous()
    y, z = parallel.A(image), fan.A(image)
    times = {
        "forward": seconds(lambda: parallel.A(image)),
        "adjoint": seconds(lambda: parallel.A_adjoint(y)),
        "fbp": seconds(lambda: parallel.fbp(y)),
        "batch of 8": seconds(lambda: parallel.A(batch)),
        "fan forward": seconds(lambda: fan.A(image)),
        "fan adjoint": seconds(lambda: fan.A_adjoint(z)),
        "fan fbp": seconds(lambda: fan.fbp(z)),
        "arc forward": seconds(lambda: arc.A(image)),
        "arc adjoint": seconds(lambda: arc.A_adjoint(z)),
        "arc fbp": seconds(lambda: arc.fbp(z)),
    }
    return times, y[0, 0]


def cone(size: int, views: int, bins: int) -> tuple[Times, float]:
    """Our times for a cone, and the mean of a ball of ones after FDK."""
    z, y, x = torch.meshgrid(*(torch.arange(size) - (size - 1) / 2 for _ in range(3)), indexing="ij")
    square = (x - 0.1 * size) ** 2 + (y + 0.05 * size) ** 2 + z**2
    geometry = ConeBeam(torch.arange(views) * 360 / views, bins, bins, 4.0 * size, 2.0 * size, 2.25 * size / bins)
    physics = Tomography(geometry, (size, size, size))
    ball = (square <= (0.3 * size) ** 2).float()[None, None]
    projections = physics.A(ball)
    times = {
        "forward": seconds(lambda: physics.A(ball), 2),
        "adjoint": seconds(lambda: physics.A_adjoint(projections), 2),
        "fbp": seconds(lambda: physics.fbp(projections), 2),
    }
    return times, physics.fbp(projections)[0, 0][square <= (0.2 * size) ** 2].mean().item()


def ask(python: str, script: str, *arguments: str) -> Times | None:
    """What a peer's script prints, or ``None`` where the peer is not installed."""
    command = [python, str(PEERS / f"with_{script}.py"), *arguments]
    answer = subprocess.run(command, capture_output=True, text=True)
    if "ModuleNotFoundError" in answer.stderr:
        return None
    answer.check_returncode()
    return json.loads(answer.stdout.splitlines()[-1])


def show(times: Times, peers: dict[str, Times]) -> None:
    """Print a line for each of our times, with those of peers and the ratios."""
    for name, value in times.items():
        others = [f"{1e3 * t[name]:9.1f} ms {peer} ({value / t[name]:.2f})" for peer, t in peers.items() if name in t]
        print(f"{name:12s}{1e3 * value:9.1f} ms{''.join(others)}")


def main() -> None:
    """Print a table of times, ratios and errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", help="an interpreter with the peers")
    parser.add_argument("--cone", action="store_true", help="measure a cone")
    parser.add_argument("--size", type=int)
    parser.add_argument("--views", type=int, default=180)
    options = parser.parse_args()
    torch.set_num_threads(1)
    peers: dict[str, Times] = {}
    if options.cone:
        size = options.size or 128
        times, mean = cone(size, options.views, 3 * size // 2)
        print(f"mean of a ball of ones after FDK: {mean:.4f}")
        found = options.peers and ask(options.peers, "rtk", str(size), str(options.views), str(3 * size // 2))
        if found:
            print(
                f"of itk-rtk: {found.pop('mean'):.4f}; its voxel-driven back-projection: {found['voxel-driven']:.2f} s"
            )
            peers["itk-rtk"] = found
    else:
        size = options.size or 256
        times, y = planar(size, options.views)
        print(f"error against the chords: {error(y, chords(size, options.views)):.5f}")
        for name, script, axis in PLANAR if options.peers else ():
            with tempfile.TemporaryDirectory() as folder:
                np.save(Path(folder) / "image.npy", disk(size).numpy())
                found = ask(options.peers, script, folder, str(options.views))
                if found:
                    peers[name] = found
                    other = torch.from_numpy(np.load(Path(folder) / f"{script}.npy")).float()
                    print(f"of {name}: {error(other, chords(size, options.views, axis)):.5f}")
    show(times, peers)
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
