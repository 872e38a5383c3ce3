"""The factors that make error maps hold, and how much they cover on pictures that had no part in them.

    python benchmarks/error_maps.py --data ../shared/data --weights drunet-grey-compact

Factors are found on one crop of each training picture with white noise (`preimage.sampling.conformal_factor`); the rows
`error_factors` and `error_coverage` of `weights.toml` are what is printed.
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor

from preimage import zoo
from preimage.datasets import load_images
from preimage.denoisers import Denoiser
from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import TweedieErrorMap, conformal_factor, coverage

LEVELS = (2, 5, 10, 15, 25, 35, 50)
SETS = {1: ("Set12", "BSD68"), 3: ("Kodak24", "BSD68")}


def errors_and_widths(denoiser: Denoiser, images: list[Tensor], level: int, side: int) -> list[tuple[Tensor, Tensor]]:
    """Of the middle of each image."""
    found = []
    for number, image in enumerate(images):
        height, width = image.shape[-2:]
        top, left = max(0, (height - side) // 2), max(0, (width - side) // 2)
        x = image[None, :, top : top + side, left : left + side].float() / 255
        physics = Denoising(GaussianNoise(level / 255))
        y = physics(x, rng=torch.Generator().manual_seed(number))
        with torch.no_grad():
            x_hat = denoiser(y, level / 255)
        found.append((x_hat - x, TweedieErrorMap(denoiser)(y, physics, x_hat)))
    return found


def main() -> None:
    """Print the two rows of the table."""
    parser = argparse.ArgumentParser(description="Factors and coverage of error maps.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with train/ and test/")
    parser.add_argument("--weights", default="drunet-grey-compact")
    parser.add_argument("--side", type=int, default=96, help="of the crops of training pictures")
    parser.add_argument("--count", type=int, default=400)
    args = parser.parse_args()
    denoiser = zoo.load_denoiser(args.weights)
    channels = denoiser.traits.channels or 1
    training = load_images(args.data / "train" / ("CBSD400" if channels == 3 else "BSD400"), channels)[: args.count]
    factors, covered = {}, {}
    for level in LEVELS:
        errors, widths = zip(*errors_and_widths(denoiser, training, level, args.side), strict=True)
        factors[level] = conformal_factor(errors, widths)
        for name in SETS[channels]:
            pairs = errors_and_widths(denoiser, load_images(args.data / "test" / name, channels), level, 256)
            shares = [float(coverage(error, factors[level] * width)) for error, width in pairs]
            covered[f"{name}/{level}"] = sum(shares) / len(shares)
            print(f"{name}/{level}: {min(shares):.3f} to {max(shares):.3f}", flush=True)
    print("error_factors = {", ", ".join(f'"{level}" = {factor:.3f}' for level, factor in factors.items()), "}")
    print("error_coverage = {", ", ".join(f'"{name}" = {share:.3f}' for name, share in covered.items()), "}")


if __name__ == "__main__":
    main()
