"""How good a denoiser is as a prior for diffusion: at all levels of noise, and by the pictures that it draws.

    python benchmarks/diffusion_prior.py --data ../shared/data --weights diffusion-color -o samples.png

Beside it at each level: the best linear denoiser that knows the mean colour and the power spectrum of photographs (the
Wiener filter of the periodograms of the training pictures, periodic at the border). Of the pictures drawn: mean,
standard deviation of pixels and of the means of pictures, and the slope of the radial power spectrum, beside those of
crops of photographs.
"""

import argparse
import math
from pathlib import Path

import torch
from torch import Tensor

from preimage import zoo
from preimage.datasets import crop_batch, load_images
from preimage.denoisers import Denoiser
from preimage.files import ImageFile
from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import DDIM, DiffusionSampler, Heun, PowerSchedule, Unguided

LEVELS = (15 / 255, 50 / 255, 0.5, 1.0, 2.0, 5.0, 10.0, 40.0)


def psnr(error: Tensor) -> float:
    """Of an error of images in [0, 1], in dB."""
    return -10 * math.log10(float(error.square().mean()))


def wiener(x: Tensor, sigma: float, mean: Tensor, power: Tensor) -> Tensor:
    """The linear estimate of least squared error for periodic images of mean colour ``mean`` and spectrum ``power``."""
    spectrum = torch.fft.fft2(x - mean)
    return mean + torch.fft.ifft2(spectrum * power / (power + sigma**2)).real


def levels(denoiser: Denoiser, training: list[Tensor], test: list[Tensor], side: int) -> None:
    """Print the table of levels."""
    known = crop_batch(training, 400, side, torch.Generator().manual_seed(0))
    mean = known.mean((0, 2, 3), keepdim=True)
    power = torch.fft.fft2(known - mean).abs().square().mean((0, 1)) / side**2
    truth = crop_batch(test, 24, side, torch.Generator().manual_seed(1))
    print("| sigma | network | Wiener filter | mean colour |\n|---|---|---|---|")
    for number, sigma in enumerate(LEVELS):
        noisy = truth + sigma * torch.randn(truth.shape, generator=torch.Generator().manual_seed(number))
        with torch.no_grad():
            found = torch.cat([denoiser(one[None], sigma) for one in noisy])
        told = [psnr(each - truth) for each in (found, wiener(noisy, sigma, mean, power), mean.expand_as(truth))]
        print(f"| {sigma:.3g} | " + " | ".join(f"{value:.2f}" for value in told) + " |", flush=True)


def slope(images: Tensor) -> float:
    """The exponent ``a`` of the radial power spectrum ``|f|^-a``, from 0.03 to 0.25 cycles per pixel."""
    side = images.shape[-1]
    window = torch.hann_window(side, periodic=False)
    tapered = (images - images.mean((-2, -1), keepdim=True)) * window * window[:, None]
    power = torch.fft.fft2(tapered).abs().square().mean((0, 1))
    frequency = torch.fft.fftfreq(side)
    radius = (frequency[:, None].square() + frequency.square()).sqrt()
    used = (radius > 0.03) & (radius < 0.25)
    x, y = radius[used].log(), power[used].log()
    return -float(((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum())


def told(name: str, images: Tensor) -> str:
    """A row of what images are like."""
    means = images.mean((2, 3))
    colour = ", ".join(f"{float(value):.2f}" for value in means.mean(0))
    within, among = float(images.std((2, 3)).mean()), float(means.std(0).mean())
    return f"| {name} | {colour} | {within:.3f} | {among:.3f} | {slope(images):.2f} |"


def main() -> None:
    """Print the tables, and write a sheet of pictures that were drawn."""
    parser = argparse.ArgumentParser(description="A denoiser as a prior for diffusion.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with train/ and test/")
    parser.add_argument("--weights", default="diffusion-color")
    parser.add_argument("--side", type=int, default=64)
    parser.add_argument("--count", type=int, default=16, help="pictures to draw")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--ancestral", action="store_true", help="steps of DDPM instead of Heun's")
    parser.add_argument("-o", "--output", type=Path, help="a sheet of the pictures drawn")
    args = parser.parse_args()
    denoiser = zoo.load_denoiser(args.weights)
    training, test = load_images(args.data / "train/CBSD400", 3), load_images(args.data / "test/Kodak24", 3)
    levels(denoiser, training, test, 128)
    mean = torch.tensor([0.44, 0.44, 0.36]).reshape(1, 3, 1, 1)
    schedule = PowerSchedule(args.steps, mean=mean, spread=0.25, sigma_max=80.0, sigma_min=0.004)
    way = DDIM(1.0) if args.ancestral else Heun(0.0)
    sampler = DiffusionSampler(denoiser, Unguided(), way, schedule, samples=args.count)
    drawn = sampler.sample(torch.zeros(1, 3, args.side, args.side), Denoising(GaussianNoise(1.0))).samples[0]
    crops = crop_batch(training, 400, args.side, torch.Generator().manual_seed(2))
    print("\n| | mean colour | spread in a picture | spread of their means | slope |\n|---|---|---|---|---|")
    print(told("drawn", drawn), told("photographs", crops), sep="\n")
    if args.output is not None:
        columns = max(1, round(args.count**0.5))
        rows = [torch.cat(list(row), -1) for row in drawn.split(columns) if len(row) == columns]
        sheet = (torch.cat(rows, -2).clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
        ImageFile.from_array(sheet).write(args.output, overwrite=True)


if __name__ == "__main__":
    main()
