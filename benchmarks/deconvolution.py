"""Deconvolution of a simulated stack against scikit-image's Richardson-Lucy at its best number of iterations.

    python benchmarks/deconvolution.py [--shape 64x128x128] [--photons 100]

The scene, filaments and spots, goes on beyond the stack; a widefield microscope of aperture 1.2 blurs it; photons are
counted above a background of 2. Both get the point spread function and the background. Ours chooses its steps; the
peer's are those of the highest PSNR, which nobody knows without the truth. "Border" is the mean of the outermost voxels
by that of the truth there: one is right. One thread; processor seconds, those of ours with the choice of steps.
"""

import argparse
import time
import warnings

import numpy as np
import torch
from skimage.restoration import richardson_lucy

from preimage.physics import Blur
from preimage.physics.microscopy import Microscope
from preimage.reconstruct import deconvolve

BACKGROUND = 2.0
KERNEL, VOXEL = (33, 31, 31), (0.25, 0.08, 0.08)
TRIED = (10, 20, 50, 80, 100, 120, 150)


def scene(shape: tuple[int, ...], rng: torch.Generator) -> torch.Tensor:
    """Filaments that wander through a volume, and spots, a little wider than a voxel."""
    x, size = torch.zeros(shape), torch.tensor(shape)
    for _ in range(max(60, x.numel() // 25_000)):
        place, way = torch.rand(3, generator=rng) * size, torch.randn(3, generator=rng)
        bright = 0.3 + float(torch.rand((), generator=rng))
        for _ in range(200):
            way = way / way.norm() + 0.08 * torch.randn(3, generator=rng)
            place = place + 0.7 * way
            index = place.round().long()
            if bool(((index < 0) | (index >= size)).any()):
                break
            x[tuple(index)] += bright
    spots = torch.randint(x.numel(), (max(50, x.numel() // 10_000),), generator=rng)
    x.view(-1)[spots] += 10 * torch.rand(len(spots), generator=rng)
    for axis in range(3):
        x = x / 2 + (x.roll(1, axis) + x.roll(-1, axis)) / 4
    return x


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", default="64x128x128")
    parser.add_argument("--photons", type=float, default=100.0, help="at the brightest voxel of the blurred scene")
    args = parser.parse_args()
    torch.set_num_threads(1)
    shape, rng = tuple(map(int, args.shape.split("x"))), torch.Generator().manual_seed(0)
    psf = Microscope(1.2, 0.52, 1.518, vectorial=True).psf(KERNEL, VOXEL).float()
    whole = scene(tuple(size + extra - 1 for size, extra in zip(shape, KERNEL, strict=True)), rng)
    clean = Blur(psf[None, None], "valid").A(whole[None, None])[0, 0].clamp_min(0)
    scale = args.photons / float(clean.max())
    counts = torch.poisson(scale * clean + BACKGROUND, rng).numpy()
    inside = tuple(slice(extra // 2, extra // 2 + size) for size, extra in zip(shape, KERNEL, strict=True))
    truth = scale * whole[inside].numpy()
    edge = np.ones(shape, bool)
    edge[1:-1, 2:-2, 2:-2] = False

    def row(name: str, image: np.ndarray, steps: int, seconds: float) -> None:
        psnr = 10 * np.log10(truth.max() ** 2 / np.square(image - truth, dtype=np.float64).mean())
        print(f"{name:28}{steps:7d}{psnr:9.2f}{image[edge].mean() / truth[edge].mean():9.2f}{seconds:9.1f}", flush=True)

    print(f"{'':28}{'steps':>7}{'PSNR':>9}{'border':>9}{'seconds':>9}")
    row("as measured", counts - BACKGROUND, 0, 0.0)
    start = time.process_time()
    found = deconvolve(counts, psf, background=BACKGROUND)
    row("preimage", found.image, found.record.resolved["steps"], time.process_time() - start)
    seen = np.clip(counts - BACKGROUND, 0, None)
    for steps in TRIED:
        start = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = richardson_lucy(seen, psf.numpy(), num_iter=steps, clip=False)
        row("scikit-image", image, steps, time.process_time() - start)


if __name__ == "__main__":
    main()
