"""Quality of the shipped weights and of DPIR with them, next to the published figures.

    python benchmarks/restoration.py                     everything: an hour or so on one core
    python benchmarks/restoration.py --quick             two images of each set, one kernel: a few minutes
    python benchmarks/restoration.py deblur grey --data ../shared/data

Protocol of the published tables: one noisy copy of each image, by NumPy's generator with seed 0, not clipped; the
output clipped to [0, 1] and rounded to multiples of 1/255; PSNR and SSIM (11x11 window of width 1.5) on that, averaged
over the images. Blurs are periodic and super-resolution keeps the upper-left pixel of each block; its border of as many
pixels as the factor does not count, nor do 10 pixels in demosaicking.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage import metric, zoo
from preimage.datasets import load_images
from preimage.optim import DPIR
from preimage.physics import Blur, Demosaicing, Denoising, Downsampling, GaussianNoise, LinearPhysics
from preimage.reconstructor import Reconstructor
from preimage.restore import read_kernel

GREY, COLOR = "drunet-grey-compact", "drunet-color-compact"
PSNR, SSIM = metric.PSNR(), metric.SSIM()

# Mean PSNR in dB by set and setting. A star marks a figure quoted without the publication at hand. Sources:
# BM3D, DnCNN on Set12: Zhang et al., TIP 2017; on BSD68, FFDNet, IRCNN and GroupSC on Kodak24: Lecouat et al., ECCV
# 2020, tables 3 and 5; CBM3D: Zhang et al. (FFDNet), TIP 2018; DRUNet, DPIR: Zhang et al., TPAMI 2021, the same methods
# as here with the published network of 32.6 million parameters. FDnCNN: measured, the same DPIR loop or network.
PUBLISHED: dict[tuple[str, str], str] = {
    ("Set12", "15"): "BM3D 32.37  DnCNN 32.86  FDnCNN 32.85  DRUNet 33.25*",
    ("Set12", "25"): "BM3D 29.97  DnCNN 30.44  FDnCNN 30.47  DRUNet 30.94*",
    ("Set12", "50"): "BM3D 26.72  DnCNN 27.18  FDnCNN 27.27  DRUNet 27.90*",
    ("BSD68", "15"): "BM3D 31.07  DnCNN 31.73  FFDNet 31.63  DRUNet 31.91*",
    ("BSD68", "25"): "BM3D 28.57  DnCNN 29.22  FFDNet 29.19  DRUNet 29.48*",
    ("BSD68", "50"): "BM3D 25.62  DnCNN 26.23  FFDNet 26.29  DRUNet 26.59*",
    ("Kodak24", "15"): "CBM3D 34.28*  DRUNet 35.31*",
    ("Kodak24", "25"): "CBM3D 31.68  DRUNet 32.89*",
    ("Kodak24", "50"): "CBM3D 28.46*  DRUNet 29.86*",
    ("Kodak24", "RGGB"): "IRCNN 40.54  RNAN 42.86  GroupSC 42.71  DPIR 42.68*",
    ("Set3C", "kernel 1, 7.65"): "DPIR with FDnCNN: butterfly 29.18, leaves 29.56",
    ("Set5", "x2, kernel 1"): "DPIR with FDnCNN: butterfly 31.76 (one kernel, not named)",
}


@dataclass(frozen=True)
class Options:
    """The command line."""

    data: Path
    quick: bool
    all_kernels: bool
    device: str


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    setting: str
    psnr: float
    ssim: float
    seconds: float


def images(options: Options, name: str, channels: int) -> list[Tensor]:
    """The images of a test set in [0, 1], each (1, C, H, W)."""
    found = load_images(options.data / "test" / name, channels)
    return [image[None].float().to(options.device) / 255 for image in (found[:2] if options.quick else found)]


def noisy(clean: Tensor, sigma: float) -> Tensor:
    """``clean`` with the noise of the published tables: channels last, seed 0 for every image."""
    batch, channels, height, width = clean.shape
    noise = np.random.RandomState(0).normal(0, sigma, (batch, height, width, channels))
    return clean + torch.from_numpy(np.float32(noise)).permute(0, 3, 1, 2).to(clean.device)


def score(x_hat: Tensor, x: Tensor, border: int = 0) -> tuple[float, float]:
    """PSNR and SSIM of the clipped and rounded image, without its border."""
    rounded = (x_hat.double().clamp(0, 1) * 255).round() / 255
    inner = (..., slice(border, x.shape[-2] - border), slice(border, x.shape[-1] - border))
    return float(PSNR(rounded[inner], x.double()[inner])), float(SSIM(rounded[inner], x.double()[inner]))


def run(
    name: str,
    setting: str,
    pictures: Iterable[Tensor],
    physics: LinearPhysics,
    sigma: float,
    model: Reconstructor,
    border: int = 0,
) -> Row:
    """Degrade, restore and score each picture."""
    started, scores = time.perf_counter(), []
    with torch.no_grad():
        for x in pictures:
            scores.append(score(model(noisy(physics.A(x), sigma), physics), x, border))
    psnr, ssim = np.mean(scores, axis=0)
    return Row(name, setting, float(psnr), float(ssim), (time.perf_counter() - started) / len(scores))


def denoising(options: Options, weights: str, names: tuple[str, ...]) -> Iterator[Row]:
    """The network alone, at three levels."""
    denoiser = zoo.load(weights).to(options.device)
    for name in names:
        pictures = images(options, name, denoiser.traits.channels or 1)
        for level in (15, 25, 50):
            physics = Denoising(noise=GaussianNoise(level / 255))
            yield run(name, str(level), pictures, physics, level / 255, DPIR.denoising(denoiser))


def grey(options: Options) -> Iterator[Row]:
    """Grey denoising."""
    return denoising(options, GREY, ("Set12", "BSD68"))


def color(options: Options) -> Iterator[Row]:
    """Colour denoising."""
    return denoising(options, COLOR, ("Kodak24",))


def demosaic(options: Options) -> Iterator[Row]:
    """Bayer mosaics without noise, 40 steps."""
    model = DPIR.demosaicing(zoo.load(COLOR).to(options.device), averaging=True)
    yield run("Kodak24", "RGGB", images(options, "Kodak24", 3), Demosaicing("RGGB"), 0.0, model, border=10)


def deblur(options: Options) -> Iterator[Row]:
    """Camera shake of Levin et al. 2009, 8 steps."""
    model = DPIR.deblurring(zoo.load(COLOR).to(options.device), averaging=True)
    pictures = images(options, "Set3C", 3)
    chosen = range(1, 9) if options.all_kernels else (1,) if options.quick else (1, 4)
    for level in (2.55, 7.65):
        rows = []
        for index in chosen:
            kernel = read_kernel(f"{options.data / 'kernels' / 'Levin09.mat'}:{index}").to(options.device)
            physics = Blur(kernel, padding="circular", noise=GaussianNoise(level / 255))
            rows.append(run("Set3C", f"kernel {index}, {level}", pictures, physics, level / 255, model))
        yield from rows
        yield mean(rows, f"mean, {level}")


def superresolve(options: Options) -> Iterator[Row]:
    """The Gaussian kernels of the DPIR and USRNet tables (four isotropic, four not) and decimation, 24 steps."""
    denoiser = zoo.load(COLOR).to(options.device)
    chosen = range(1, 9) if options.all_kernels else (1,) if options.quick else (1, 2, 3, 4)
    for factor in (2, 3, 4):
        model = DPIR.superresolution(denoiser, factor, averaging=True)
        pictures = [cropped(x, factor) for x in images(options, "Set5", 3)]
        rows = []
        for index in chosen:
            kernel = read_kernel(f"{options.data / 'kernels' / 'kernels_12.mat'}:{index}").to(options.device)
            physics = Downsampling(kernel, factor)
            rows.append(run("Set5", f"x{factor}, kernel {index}", pictures, physics, 0.0, model, border=factor))
        yield from rows
        yield mean(rows, f"x{factor}, mean")


def cropped(x: Tensor, factor: int) -> Tensor:
    """``x`` to sizes that are a multiple of ``factor``."""
    height, width = (size - size % factor for size in x.shape[-2:])
    return x[..., :height, :width]


def mean(rows: list[Row], setting: str) -> Row:
    """The mean of several lines."""
    psnr, ssim, seconds = np.mean([(row.psnr, row.ssim, row.seconds) for row in rows], axis=0)
    return Row(rows[0].name, setting, float(psnr), float(ssim), float(seconds))


SECTIONS: dict[str, Callable[[Options], Iterator[Row]]] = {
    "grey": grey,
    "color": color,
    "demosaic": demosaic,
    "deblur": deblur,
    "superresolve": superresolve,
}


def main() -> None:
    """Parse the command line and print the table."""
    parser = argparse.ArgumentParser(description="PSNR and SSIM on the test sets, next to the published figures.")
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], help="all of them by default")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--quick", action="store_true", help="two images of each set and one kernel")
    parser.add_argument(
        "--all-kernels", action="store_true", help="8 kernels instead of 2 (deblur) or 4 (superresolve)"
    )
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    if not args.data.is_dir():
        parser.error(f"--data must be the folder of the test sets, got {args.data}")
    options = Options(args.data, args.quick, args.all_kernels, args.device)
    for name in (GREY, COLOR):
        print(f"{name}: sha256 {zoo.describe(name).sha256[:16]}")
    print(f"{'set':8} {'setting':16} {'PSNR':>6} {'SSIM':>7} {'s/image':>8}  published")
    for section in args.sections or SECTIONS:
        print(f"-- {section}: {SECTIONS[section].__doc__}")
        for row in SECTIONS[section](options):
            published = PUBLISHED.get((row.name, row.setting), "")
            print(
                f"{row.name:8} {row.setting:16} {row.psnr:6.2f} {row.ssim:7.4f} {row.seconds:8.2f}  {published}",
                flush=True,
            )
    if args.quick:
        print("two images of each set only: the published figures are for whole sets.")


if __name__ == "__main__":
    main()
