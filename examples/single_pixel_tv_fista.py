"""
A photograph from one detector: a quarter of the Walsh-Hadamard patterns, with noise, by total variation
========================================================================================================


::

    python examples/single_pixel_tv_fista.py ../shared/data/test/BSD68/test001.png -o found.png

The middle 128x128 pixels are the scene. Least squares, which is one fast transform, shows what the patterns missed as
blocks; total variation fills it in. Both errors are printed.
"""

import argparse
from pathlib import Path

import torch

from preimage.files import ImageFile
from preimage.metric import PSNR
from preimage.optim import FISTA, TVPrior, Variational
from preimage.physics import GaussianNoise, SinglePixelCamera

SIDE = 128

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path, help="a photograph of 128 pixels or more in each direction")
    parser.add_argument("--output", "-o", type=Path, help="the picture found")
    parser.add_argument("--order", default="xy", help="of the patterns: natural, sequency, zig-zag, cake-cutting")
    parser.add_argument("--share", type=float, default=0.25, help="of the patterns that are shown")
    parser.add_argument("--steps", type=int, default=100)
    args = parser.parse_args()
    photograph = ImageFile.read(args.image)
    grey = photograph.pixels.mean(0)
    top, left = ((size - SIDE) // 2 for size in grey.shape)
    x = grey[top : top + SIDE, left : left + SIDE][None, None]
    noise = GaussianNoise(0.02)
    physics = SinglePixelCamera((SIDE, SIDE), int(args.share * SIDE**2), args.order, noise)
    y = physics(x, torch.Generator().manual_seed(0))
    naive = physics.A_dagger(y)
    found = Variational(FISTA(), TVPrior(10.0), max_steps=args.steps)(y, physics)
    before, after = (float(PSNR()(picture.clamp(0, 1), x)) for picture in (naive, found))
    print(
        f"{physics.measurements} of {SIDE**2} patterns: least squares {before:.2f} dB, total variation {after:.2f} dB"
    )
    if args.output is not None:
        photograph.with_pixels(found[0].clamp(0, 1)).write(args.output)
    assert after > before + 0.5, "total variation is no better than least squares"
