"""What writing and reading datasets takes: ``python benchmarks/datasets.py``; beside DeepInverse where it is installed.

Processor and wall seconds of one thread, the least of several runs that alternate.
"""

import importlib.util
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import torch

from preimage.datasets import HDF5Dataset, TensorDataset, generate_dataset
from preimage.physics import Blur, Denoising, Inpainting, Physics
from preimage.physics.kernels import gaussian_blur
from preimage.physics.noise import GaussianNoise

RUNS, SIGMA = 5, 0.1


def problems() -> dict[str, tuple[Physics, Callable | None]]:
    mask, kernel = (torch.rand(3, 128, 128) < 0.5).float(), gaussian_blur(2.0, size=9)
    noise = GaussianNoise(SIGMA)
    ours = {
        "denoising": Denoising(noise),
        "inpainting": Inpainting(mask[None], noise=noise),
        "blur": Blur(kernel, padding="circular", noise=noise),
    }
    if importlib.util.find_spec("deepinv") is None:
        return {name: (physics, None) for name, physics in ours.items()}
    from deepinv import physics as peer  # pyright: ignore[reportMissingImports]

    law = peer.GaussianNoise(SIGMA)
    theirs = {
        "denoising": peer.Denoising(law),
        "inpainting": peer.Inpainting((3, 128, 128), mask=mask, noise_model=law),
        "blur": peer.Blur(filter=kernel.reshape(1, 1, 9, 9), padding="circular", noise_model=law),
    }
    return {name: (ours[name], theirs[name]) for name in ours}


def least(calls: dict[str, Callable[[Path], object]]) -> dict[str, tuple[float, float]]:
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for _ in range(RUNS):
        for name, call in calls.items():
            folder = Path(tempfile.mkdtemp())
            wall, own = time.perf_counter(), time.process_time()
            call(folder)
            spent[name].append((time.process_time() - own, time.perf_counter() - wall))
            shutil.rmtree(folder)
    return {name: (min(own for own, _ in pairs), min(wall for _, wall in pairs)) for name, pairs in spent.items()}


def main() -> None:
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    x = torch.rand(256, 3, 128, 128)
    print("256 pairs of 3x128x128, ms (processor, wall)")
    for name, (physics, peer) in problems().items():
        calls: dict[str, Callable[[Path], object]] = {
            "preimage": lambda folder, physics=physics: generate_dataset(physics, x, folder / "a.h5")
        }
        if peer is not None:
            from deepinv.datasets import generate_dataset as theirs  # pyright: ignore[reportMissingImports]

            images = torch.utils.data.TensorDataset(x)
            single = [image for (image,) in images]
            calls["deepinv"] = lambda folder, peer=peer, single=single: theirs(single, peer, folder, batch_size=4)
        found = least(calls)
        told = ", ".join(f"{who} {1e3 * own:.0f} {1e3 * wall:.0f}" for who, (own, wall) in found.items())
        ratio = f", ratio {found['preimage'][0] / found['deepinv'][0]:.2f}" if "deepinv" in found else ""
        print(f"  {name:12}{told}{ratio}")
    folder = Path(tempfile.mkdtemp())
    data = HDF5Dataset(generate_dataset(Denoising(GaussianNoise(SIGMA)), TensorDataset(x), folder / "a.h5"))
    start = time.process_time()
    for sample in data:
        assert sample.x is not None
    print(f"  reading a pair: {1e3 * (time.process_time() - start) / len(data):.2f} ms")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
