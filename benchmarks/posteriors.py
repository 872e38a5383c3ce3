"""How good the samples of a restoration are: PSNR of their mean, and how often they cover the truth.

    python benchmarks/posteriors.py --data ../shared/data --samples 8 --side 96 --count 2

Crops of Kodak24, or of BSD68 with `--channels 1`, degraded as each task says, are restored by `preimage.restore` with
`samples`. The truth is covered where it lies within `t s sqrt(1 + 1/n)` of the mean, with the standard deviation `s` of
`n` samples and the quantile `t` of Student's distribution of `n - 1` degrees of freedom: for samples of a Gaussian
posterior nine times of ten. Beside it the usual method of the task, and the size of `s` as a share of the true error
(one where it is right).
"""

import argparse
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from scipy.stats import t as student
from torch import Tensor

from preimage.datasets import load_images
from preimage.physics import Downsampling
from preimage.physics.kernels import gaussian_blur
from preimage.restore import deblur, denoise, inpaint, superresolve
from preimage.restore.tasks.superresolve import SuperResolve

SIGMA = 0.01
Case = tuple[Tensor, Tensor, Callable[..., Any], Tensor]
"""The truth (C, H, W), the measurement, what restores it, and which pixels count (H, W)."""


def cropped(image: Tensor, side: int) -> Tensor:
    """The middle of an image, in [0, 1]."""
    top, left = (image.shape[-2] - side) // 2, (image.shape[-1] - side) // 2
    return image[:, top : top + side, left : left + side].float() / 255


def cases(image: Tensor, side: int, seed: int) -> Iterator[tuple[str, Case]]:
    """Each task on one image."""
    rng, whole = torch.Generator().manual_seed(seed), torch.ones(side, side, dtype=torch.bool)

    def noisy(x: Tensor, sigma: float = SIGMA) -> Tensor:
        return x + sigma * torch.randn(x.shape, generator=rng)

    x = cropped(image, side)
    y = noisy(x, 25 / 255)
    yield "denoise, 25/255", (x, y, lambda **more: denoise(y, sigma=25 / 255, **more), whole)
    kernel = gaussian_blur(1.6)
    reach = kernel.shape[-1] // 2
    wide = cropped(image, side + 2 * reach)
    blurred = noisy(F.conv2d(wide[:, None], kernel.reshape(1, 1, *kernel.shape[-2:]))[:, 0])
    yield "deblur, Gaussian 1.6", (x, blurred, lambda **m: deblur(blurred, kernel[0, 0], sigma=SIGMA, **m), whole)
    small = Downsampling(SuperResolve(2).centred(), 2).A(cropped(image, side + 32)[None])[0, :, 8:-8, 8:-8]
    small = noisy(small)
    yield "superresolve, factor 2", (x, small, lambda **more: superresolve(small, 2, sigma=SIGMA, **more), whole)
    scattered, hole = torch.rand(side, side, generator=rng) < 0.5, torch.zeros(side, side, dtype=torch.bool)
    hole[side // 2 - 8 : side // 2 + 8, side // 2 - 8 : side // 2 + 8] = True
    for name, missing in (("inpaint, half missing", scattered), ("inpaint, hole of 16x16", hole)):
        seen = x.masked_fill(missing, 0)
        yield name, (x, seen, lambda m=missing, s=seen, **more: inpaint(s, m.numpy(), sigma=0, **more), missing)


def psnr(error: Tensor) -> float:
    """Of an error of images in [0, 1], in dB."""
    return -10 * math.log10(float(error.square().mean()))


def measured(case: Case, samples: int) -> list[float]:
    """PSNR of the mean, of a sample and of the usual method; coverage, relative spread, and seconds."""
    x, _, run, counts = case
    started = time.process_time()
    drawn = run(samples=samples)
    seconds = time.process_time() - started
    each = torch.stack(drawn.samples)
    spread = each.std(0) * math.sqrt(1 + 1 / samples)
    error, spread = (drawn.image - x)[:, counts], spread[:, counts]
    covered = error.abs() <= student.ppf(0.95, samples - 1) * spread
    usual = run().image - x
    share = float(spread.square().mean().sqrt() / error.square().mean().sqrt())
    one = (each[0] - x)[:, counts]
    covers = float(covered.double().mean())
    return [psnr(error), psnr(one), psnr(usual[:, counts]), covers, share, seconds / samples]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Samples of restorations.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with test/")
    parser.add_argument("--channels", type=int, choices=[1, 3], default=3)
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--side", type=int, default=96)
    parser.add_argument("--count", type=int, default=2, help="pictures, spread over the set")
    args = parser.parse_args()
    images = load_images(args.data / "test" / ("Kodak24" if args.channels == 3 else "BSD68"), args.channels)
    chosen = images[4 :: max(1, len(images) // args.count)][: args.count]
    found: dict[str, list[list[float]]] = {}
    for number, image in enumerate(chosen):
        for name, case in cases(image, args.side, number):
            found.setdefault(name, []).append(measured(case, args.samples))
            print(number, name, [round(value, 3) for value in found[name][-1]], flush=True)
    print("| | mean | a sample | usual method | coverage | spread / error | seconds a sample |")
    print("|---|---|---|---|---|---|---|")
    for name, rows in found.items():
        mean, one, usual, covered, share, seconds = torch.tensor(rows).mean(0).tolist()
        print(f"| {name} | {mean:.2f} | {one:.2f} | {usual:.2f} | {covered:.3f} | {share:.2f} | {seconds:.1f} |")


if __name__ == "__main__":
    main()
