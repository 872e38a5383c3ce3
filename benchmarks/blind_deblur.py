"""Blind deblurring: kernels of Levin et al. 2009, Gaussians and disks found, sharp pictures left alone.

    python benchmarks/blind_deblur.py --data ../shared/data [--pictures 4] [--kernels 8] [--sheet sheet.png]

Crops of 256x256 luma: Set12 02 (house) and 10 (boat), Kodak24 08 and 23. Each is blurred by each kernel of Levin09.mat,
valid convolution, 1 % noise. The error ratio is that of Levin, Weiss, Durand, Freeman, "Understanding and evaluating
blind deconvolution algorithms", CVPR 2009: the squared error of the result with the kernel found by that with the true
one, each at the best displacement of up to 5 pixels, the border cut. Both are deblurred by ``restore.deblur`` (DPIR).
One thread; processor seconds are those of finding the kernel.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage import restore
from preimage.blind import KernelEstimate, estimate_kernel
from preimage.blind.kernel.shape import agreement
from preimage.files import ImageFile
from preimage.physics import Blur
from preimage.physics.kernels import gaussian_blur
from preimage.restore import read_kernel

CROPS = (
    ("Set12/02.png", 0, 0), ("Set12/10.png", 128, 128), ("Kodak24/kodim08.png", 128, 256),
    ("Kodak24/kodim23.png", 100, 250),
)  # fmt: skip
LUMA = torch.tensor([0.299, 0.587, 0.114])
SIGMA, CUT, MOST = 0.01, 20, 5
ROUGH = 3.0  # error ratios up to this are a success


def luma_of(path: Path) -> Tensor:
    """Brightness (H, W) of a file."""
    pixels = ImageFile.read(path).pixels
    return pixels[0] if len(pixels) == 1 else (LUMA[:, None, None] * pixels).sum(0)


def crop(data: Path, name: str, top: int, left: int, side: int = 256) -> Tensor:
    """``side`` x ``side`` pixels, moved into the picture where they would leave it."""
    whole = luma_of(data / "test" / name)
    top, left = (max(min(start, size - side), 0) for start, size in zip((top, left), whole.shape, strict=True))
    return whole[top : top + side, left : left + side]


def measured(x: Tensor, kernel: Tensor, sigma: float, seed: int) -> Tensor:
    """What is left of ``x`` (H, W) after a blur and noise, (1, h, w)."""
    y = Blur(kernel[None, None], "valid").A(x[None, None])[0]
    return y + sigma * torch.randn(y.shape, generator=torch.Generator().manual_seed(seed))


def squared_error(image: Tensor, truth: Tensor) -> float:
    """That of the best displacement of ``image`` (1, h, w), the border cut."""
    inner = truth[CUT:-CUT, CUT:-CUT]
    moved = (image[0].roll((i, j), (0, 1)) for i in range(-MOST, MOST + 1) for j in range(-MOST, MOST + 1))
    return min(float((each[CUT:-CUT, CUT:-CUT] - inner).square().sum()) for each in moved)


def found(y: Tensor) -> tuple[KernelEstimate, float]:
    """The kernel, and the processor seconds it took."""
    start = time.process_time()
    return estimate_kernel(y), time.process_time() - start


def levin(args: argparse.Namespace) -> list[Tensor]:
    """The table of error ratios; returns pairs of kernels, true above found."""
    ratios, columns = [], []
    print(
        f"{'picture':20}{'kernel':>7}{'kind':>10}{'trust':>7}{'agrees':>8}{'ratio':>8}{'PSNR':>8}{'true':>8}{'seconds':>9}"
    )
    for name, top, left in CROPS[: args.pictures]:
        x = crop(args.data, name, top, left)
        for number in range(1, args.kernels + 1):
            kernel = read_kernel(f"{args.data}/kernels/Levin09.mat:{number}")
            y, reach = measured(x, kernel, SIGMA, number), kernel.shape[0] // 2
            truth = x[reach : reach + y.shape[1], reach : reach + y.shape[2]]
            estimate, seconds = found(y)
            errors = [
                squared_error(restore.deblur(y, each, sigma=SIGMA).image, truth) for each in (estimate.kernel, kernel)
            ]
            pixels = truth[CUT:-CUT, CUT:-CUT].numel()
            psnr = [-10 * np.log10(error / pixels) for error in errors]
            ratios.append(errors[0] / errors[1])
            print(
                f"{name:20}{number:7d}{estimate.kind:>10}{estimate.trust:7.2f}{agreement(estimate.kernel, kernel):8.2f}"
                f"{ratios[-1]:8.2f}{psnr[0]:8.2f}{psnr[1]:8.2f}{seconds:9.1f}",
                flush=True,
            )
            columns.append(torch.cat([_tile(kernel), _tile(estimate.kernel)]))
    share = np.mean(np.array(ratios) <= ROUGH)
    print(f"error ratio: mean {np.mean(ratios):.2f}, median {np.median(ratios):.2f}; ", end="")
    print(f"at most {ROUGH:g} in {100 * share:.0f} %")
    return columns


def shapes(args: argparse.Namespace) -> None:
    """Widths of Gaussians and radii of disks."""
    for name, top, left in CROPS[: args.pictures]:
        x = crop(args.data, name, top, left)
        for spec in ("gaussian:1", "gaussian:1.6", "gaussian:2.5", "disk:2", "disk:3.5", "disk:5"):
            kernel = gaussian_blur(float(spec[9:]))[0, 0] if spec.startswith("g") else read_kernel(spec)
            estimate, seconds = found(measured(x, kernel, 0.005, 1))
            _tell(f"{name:20}{spec:>14}", estimate, seconds)


def sharp(args: argparse.Namespace) -> None:
    """Sharp photographs."""
    for number in range(1, args.sharp + 1):
        y = luma_of(args.data / "test" / f"Kodak24/kodim{number:02d}.png")[None]
        estimate, seconds = found(y)
        _tell(f"kodim{number:02d} sharp", estimate, seconds)


def _tell(name: str, estimate: KernelEstimate, seconds: float) -> None:
    print(f"{name}: {estimate.describe()}, trust {estimate.trust:.2f}, {seconds:.1f} s", flush=True)


def _tile(kernel: Tensor, side: int = 41) -> Tensor:
    tile, half = torch.zeros(side, side), side // 2
    rows, columns = (min(n // 2, half) for n in kernel.shape)
    middle = [n // 2 for n in kernel.shape]
    part = kernel[middle[0] - rows : middle[0] + rows + 1, middle[1] - columns : middle[1] + columns + 1]
    tile[half - rows : half - rows + part.shape[0], half - columns : half - columns + part.shape[1]] = part / part.max()
    return tile


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--pictures", type=int, default=4)
    parser.add_argument("--kernels", type=int, default=8)
    parser.add_argument("--sharp", type=int, default=6, help="how many of Kodak24")
    parser.add_argument("--only", choices=["levin", "shapes", "sharp"], help="one of the tables")
    parser.add_argument("--sheet", type=Path, help="a picture of the kernels: true above found")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.only in (None, "levin") and (columns := levin(args)) and args.sheet is not None:
        sheet = torch.cat(columns, 1).repeat_interleave(3, 0).repeat_interleave(3, 1)
        ImageFile.from_array((255 * sheet).round().to(torch.uint8).numpy()).write(args.sheet, True)
    if args.only in (None, "shapes"):
        shapes(args)
    if args.only in (None, "sharp"):
        sharp(args)


if __name__ == "__main__":
    main()
