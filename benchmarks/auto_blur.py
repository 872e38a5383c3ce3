"""What `preimage restore auto` does about blurs: pictures of Kodak24 as they are, and blurred.

    python benchmarks/auto_blur.py sharp [--count 24]     # which are taken for blurred
    python benchmarks/auto_blur.py blurred [--count 3]    # which blurs are found, and what is gained

Blurred are the middles, 400x400, with noise of 2/255, rounded to eight bits; a gain is of PSNR but for two pixels at
the border, at the displacement of up to two pixels that is best, for a kernel is known but for its place.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from preimage import restore
from preimage.datasets import load_images
from preimage.files.samples.sampling import Sampling
from preimage.physics import Blur
from preimage.physics.kernels import gaussian_blur, motion_line
from preimage.restore import read_kernel
from preimage.restore.finding.findings import look_at

SIDE, NOISE, MOST = 400, 2 / 255, 2


def blurs(data: Path) -> Iterator[tuple[str, Tensor]]:
    """Names and kernels."""
    for sigma in (1.2, 1.6, 2.5):
        yield f"Gaussian {sigma}", gaussian_blur(sigma, size=2 * int(4 * sigma) + 1)
    yield "disk 3", read_kernel("disk:3")
    for length, angle in ((9.0, 30.0), (15.0, 100.0)):
        yield f"motion {length:.0f}@{angle:.0f}", motion_line(length, angle, 19)
    for number in (1, 5):
        yield f"Levin {number}", read_kernel(f"{data}/kernels/Levin09.mat:{number}")


def blurred(image: Tensor, kernel: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """What is measured of the middle of a picture (C, H, W), and the middle."""
    rows, columns = ((size - SIDE) // 2 for size in image.shape[-2:])
    x = image[:, rows : rows + SIDE, columns : columns + SIDE].double() / 255
    y = Blur(kernel.double(), "valid").A(x[None])[0]
    noise = torch.randn(y.shape, generator=torch.Generator().manual_seed(seed), dtype=y.dtype)
    top, left = ((a - b) // 2 for a, b in zip(x.shape[-2:], y.shape[-2:], strict=True))
    seen = x[:, top : top + y.shape[-2], left : left + y.shape[-1]]
    return ((y + NOISE * noise).clamp(0, 1) * 255).round().float() / 255, seen


def psnr(x: Tensor, truth: Tensor) -> float:
    """At the best displacement, where it moves nothing in from beyond the border."""
    errors = [
        (x.double().roll((i, j), (-2, -1)) - truth)[:, MOST:-MOST, MOST:-MOST].square().mean()
        for i in range(-MOST, MOST + 1)
        for j in range(-MOST, MOST + 1)
    ]
    return -10 * float(torch.stack(errors).min().log10())


def main() -> None:
    """Print a line for each picture, or for each blur."""
    parser = argparse.ArgumentParser(description="Blurs that `restore auto` finds.")
    parser.add_argument("what", choices=["sharp", "blurred"])
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--count", type=int, default=24, help="how many pictures")
    args = parser.parse_args()
    torch.set_num_threads(1)
    images = load_images(args.data / "test" / "Kodak24", 3)[:: max(1, 24 // args.count)][: args.count]
    if args.what == "sharp":
        started = time.process_time()
        found = [look_at(image.float() / 255, 0.0, Sampling(1 / 255))[0].blur for image in images]
        seconds = (time.process_time() - started) / len(images)
        print(f"{sum(one is not None for one in found)} of {len(images)} taken for blurred, {seconds:.2f} s a picture")
        return
    for name, kernel in blurs(args.data):
        gains = []
        for number, image in enumerate(images):
            y, truth = blurred(image, kernel, number)
            done = restore.auto(y)
            if done.record.resolved["stages"]:
                gains.append(psnr(done.image, truth) - psnr(y, truth))
        least = f", at least {min(gains):+.2f}" if gains else ""
        mean = sum(gains) / max(1, len(gains))
        print(f"{name}: found in {len(gains)} of {len(images)}, {mean:+.2f} dB{least}", flush=True)


if __name__ == "__main__":
    main()
