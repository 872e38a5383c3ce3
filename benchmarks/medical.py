"""Tomography: times of one thread, accuracy against closed forms, and the same of peers in the same minute.

    python benchmarks/medical.py [--peers PYTHON] [--size 256] [--views 180]
    python benchmarks/medical.py --cone [--peers PYTHON] [--size 128] [--views 180]

PYTHON is an interpreter with torchtomo, astra-toolbox and scikit-image, for a cone with itk-rtk; peers that are not
installed there are left out. Times are processor seconds, the least of a few, ours taken in turn. Memory is what a call
adds, with its result, to what the process held before (on Linux). Sinograms of peers are taken as the table of
orientations in ``docs/tomography.md`` says, so that their errors tell whether it is right.
"""

import argparse
import dataclasses
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from kernels import added_memory
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


def measure(work: dict[str, Callable[[], object]], repeats: int) -> tuple[Times, Times]:
    """For each the least seconds of a call, all called in turn, and the megabytes that a call adds."""
    memory = {}
    for name, call in work.items():
        call()
        memory[name] = added_memory(call)
    times = dict.fromkeys(work, float("inf"))
    for _ in range(repeats):
        for name, call in work.items():
            start = time.process_time()
            call()
            times[name] = min(times[name], time.process_time() - start)
    return times, memory


def planar(size: int, views: int) -> tuple[Times, Times, torch.Tensor]:
    """Our times for parallel rays and fans, the memory, and the sinogram of the disk."""
    image = disk(size)
    parallel = Tomography(ParallelBeam(torch.arange(views) * 180 / views, size), (size, size))
    flat = FanBeam(torch.arange(views) * 360 / views, size, 2.0 * size, 2.0 * size, 2.0)
    fan, arc = Tomography(flat, (size, size)), Tomography(dataclasses.replace(flat, curved=True), (size, size))
    batch = image.expand(8, -1, -1, -1).contiguous()
    y, z = parallel.A(image), fan.A(image)
    work = {
        "forward": lambda: parallel.A(image),
        "adjoint": lambda: parallel.A_adjoint(y),
        "fbp": lambda: parallel.fbp(y),
        "batch of 8": lambda: parallel.A(batch),
        "fan forward": lambda: fan.A(image),
        "fan adjoint": lambda: fan.A_adjoint(z),
        "fan fbp": lambda: fan.fbp(z),
        "arc forward": lambda: arc.A(image),
        "arc adjoint": lambda: arc.A_adjoint(z),
        "arc fbp": lambda: arc.fbp(z),
    }
    return *measure(work, 7), y[0, 0]


def cone(size: int, views: int, bins: int) -> tuple[Times, Times, float]:
    """Our times for a cone, the memory, and the mean of a ball of ones after FDK."""
    z, y, x = torch.meshgrid(*(torch.arange(size) - (size - 1) / 2 for _ in range(3)), indexing="ij")
    square = (x - 0.1 * size) ** 2 + (y + 0.05 * size) ** 2 + z**2
    geometry = ConeBeam(torch.arange(views) * 360 / views, bins, bins, 4.0 * size, 2.0 * size, 2.25 * size / bins)
    physics = Tomography(geometry, (size, size, size))
    ball = (square <= (0.3 * size) ** 2).float()[None, None]
    projections = physics.A(ball)
    work = {
        "forward": lambda: physics.A(ball),
        "adjoint": lambda: physics.A_adjoint(projections),
        "fbp": lambda: physics.fbp(projections),
    }
    return *measure(work, 2), physics.fbp(projections)[0, 0][square <= (0.2 * size) ** 2].mean().item()


def ask(python: str, script: str, *arguments: str) -> Times | None:
    """What a peer's script prints, or ``None`` where the peer is not installed."""
    command = [python, str(PEERS / f"with_{script}.py"), *arguments]
    answer = subprocess.run(command, capture_output=True, text=True)
    if "ModuleNotFoundError" in answer.stderr:
        return None
    answer.check_returncode()
    return json.loads(answer.stdout.splitlines()[-1])


def show(times: Times, memory: Times, peers: dict[str, Times]) -> None:
    """Print a line for each of our times, with the memory, those of peers and the ratios."""
    for name, value in times.items():
        others = [f"{1e3 * t[name]:9.1f} ms {peer} ({value / t[name]:.2f})" for peer, t in peers.items() if name in t]
        print(f"{name:12s}{1e3 * value:9.1f} ms{memory[name]:7.1f} MB{''.join(others)}")
    for rays in ("fan", "arc"):
        ratios = [f"{way} {times[f'{rays} {way}'] / times[way]:.2f}" for way in times if f"{rays} {way}" in times]
        if ratios:
            print(f"{rays} by parallel: {', '.join(ratios)}")


def main() -> None:
    """Print a table of times, ratios and errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", help="an interpreter with the peers")
    parser.add_argument("--cone", action="store_true", help="measure a cone")
    parser.add_argument("--size", type=int)
    parser.add_argument("--views", type=int, default=180)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    peers: dict[str, Times] = {}
    if options.cone:
        size = options.size or 128
        times, memory, mean = cone(size, options.views, 3 * size // 2)
        print(f"mean of a ball of ones after FDK: {mean:.4f}")
        found = options.peers and ask(options.peers, "rtk", str(size), str(options.views), str(3 * size // 2))
        if found:
            print(
                f"of itk-rtk: {found.pop('mean'):.4f}; its voxel-driven back-projection: {found['voxel-driven']:.2f} s"
            )
            peers["itk-rtk"] = found
    else:
        size = options.size or 256
        times, memory, y = planar(size, options.views)
        print(f"error against the chords: {error(y, chords(size, options.views)):.5f}")
        for name, script, axis in PLANAR if options.peers else ():
            with tempfile.TemporaryDirectory() as folder:
                np.save(Path(folder) / "image.npy", disk(size).numpy())
                found = ask(options.peers, script, folder, str(options.views))
                if found:
                    peers[name] = found
                    other = torch.from_numpy(np.load(Path(folder) / f"{script}.npy")).float()
                    print(f"of {name}: {error(other, chords(size, options.views, axis)):.5f}")
    show(times, memory, peers)


if __name__ == "__main__":
    main()
