"""Which pictures `preimage restore auto` tells to be blurred: those of Kodak24 as they are, and blurred.

    python benchmarks/auto_blur.py sharp [--count 24]
    python benchmarks/auto_blur.py blurred [--count 24]

Blurred are the middles, 400x400, with noise of 2/255, rounded to eight bits.
"""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

import torch
from torch import Tensor

from preimage.datasets import load_images
from preimage.files.samples.sampling import Sampling
from preimage.physics import Blur
from preimage.physics.kernels import gaussian_blur, motion_line
from preimage.restore import read_kernel
from preimage.restore.finding.findings import look_at

SIDE, NOISE = 400, 2 / 255


def blurs(data: Path) -> Iterator[tuple[str, Tensor]]:
    """Names and kernels."""
    for sigma in (1.2, 1.6, 2.5):
        yield f"Gaussian {sigma}", gaussian_blur(sigma, size=2 * int(4 * sigma) + 1)
    yield "disk 3", read_kernel("disk:3")
    for length, angle in ((9.0, 30.0), (15.0, 100.0)):
        yield f"motion {length:.0f}@{angle:.0f}", motion_line(length, angle, 19)
    for number in (1, 5):
        yield f"Levin {number}", read_kernel(f"{data}/kernels/Levin09.mat:{number}")


def blurred(image: Tensor, kernel: Tensor, seed: int) -> Tensor:
    """What is measured of the middle of a picture (C, H, W)."""
    rows, columns = ((size - SIDE) // 2 for size in image.shape[-2:])
    x = image[None, :, rows : rows + SIDE, columns : columns + SIDE].double() / 255
    y = Blur(kernel.double(), "valid").A(x)[0]
    noise = torch.randn(y.shape, generator=torch.Generator().manual_seed(seed), dtype=y.dtype)
    return ((y + NOISE * noise).clamp(0, 1) * 255).round().float() / 255


def told(pictures: Iterable[Tensor]) -> int:
    """How many of the pictures are said to be blurred."""
    return sum("blurred" in " ".join(look_at(picture, NOISE, Sampling(1 / 255))[1]) for picture in pictures)


def main() -> None:
    """Print how many are told, of the pictures or for each blur."""
    parser = argparse.ArgumentParser(description="Blurs of which `restore auto` tells.")
    parser.add_argument("what", choices=["sharp", "blurred"])
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--count", type=int, default=24, help="how many pictures")
    args = parser.parse_args()
    torch.set_num_threads(1)
    images = load_images(args.data / "test" / "Kodak24", 3)[:: max(1, 24 // args.count)][: args.count]
    if args.what == "sharp":
        print(f"as they are: {told(image.float() / 255 for image in images)} of {len(images)}")
        return
    for name, kernel in blurs(args.data):
        count = told(blurred(image, kernel, number) for number, image in enumerate(images))
        print(f"{name}: {count} of {len(images)}", flush=True)


if __name__ == "__main__":
    main()
