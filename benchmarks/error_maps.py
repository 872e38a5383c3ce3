"""The factors that make error maps hold, and how much they cover on pictures that had no part in them.

    python benchmarks/error_maps.py --data ../shared/data --weights drunet-grey-compact

Factors are found on one crop of each training picture with white noise, clipped and rounded to 8 bits
(`preimage.sampling.conformal_factor`); the rows
`error_factors` and `error_coverage` of `weights.toml` are what is printed.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from preimage import zoo
from preimage.datasets import load_images
from preimage.denoisers import Denoiser
from preimage.restore.methods.error_map import PROBES, clipping_bias
from preimage.sampling import conformal_factor, coverage
from preimage.sampling.uncertainty.tweedie import Directions, expected_error

LEVELS = (2, 5, 10, 15, 25, 35, 50)
SETS = {1: ("Set12", "BSD68"), 3: ("Kodak24",)}


def found(denoiser: Denoiser, images: list[Tensor], level: int, side: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Of the middle of each image: the error, its expected size, and the bias of clipped noise.

    Noise is clipped and rounded to 8 bits, as in the pictures that people have.
    """
    sigma = level / 255
    for number, image in enumerate(images):
        height, width = image.shape[-2:]
        top, left = max(0, (height - side) // 2), max(0, (width - side) // 2)
        x = image[None, :, top : top + side, left : left + side].float() / 255
        noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(number))
        y = ((x + sigma * noise).clamp(0, 1) * 255).round() / 255
        with torch.no_grad():
            x_hat = denoiser(y, sigma)
        levels = torch.full_like(x, sigma)
        expected = expected_error(lambda noisy: denoiser(noisy, sigma), y, x_hat, levels, Directions(PROBES))
        yield x_hat - x, expected, clipping_bias(x_hat, levels)


def main() -> None:
    """Print the two rows of the table."""
    parser = argparse.ArgumentParser(description="Factors and coverage of error maps.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with train/ and test/")
    parser.add_argument("--weights", default="drunet-grey-compact")
    parser.add_argument("--side", type=int, default=96, help="of the crops of training pictures")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--test-side", type=int, default=256, help="of the crops of test pictures")
    args = parser.parse_args()
    denoiser = zoo.load_denoiser(args.weights)
    channels = denoiser.traits.channels or 1
    training = load_images(args.data / "train" / ("CBSD400" if channels == 3 else "BSD400"), channels)[: args.count]
    factors, covered = {}, {}
    for level in LEVELS:
        pairs = [((e.abs() - bias).clamp_min(0), w) for e, w, bias in found(denoiser, training, level, args.side)]
        factors[level] = conformal_factor([error for error, _ in pairs], [width for _, width in pairs])
        for name in SETS[channels]:
            images = load_images(args.data / "test" / name, channels)
            tests = found(denoiser, images, level, args.test_side)
            shares = [float(coverage(error, factors[level] * width + bias)) for error, width, bias in tests]
            covered[f"{name}/{level}"] = sum(shares) / len(shares)
            print(f"{name}/{level}: {min(shares):.3f} to {max(shares):.3f}", flush=True)
    print("error_factors = {", ", ".join(f'"{level}" = {factor:.3f}' for level, factor in factors.items()), "}")
    print("error_coverage = {", ", ".join(f'"{name}" = {share:.3f}' for name, share in covered.items()), "}")


if __name__ == "__main__":
    main()
