"""
A photograph from a part of its pixels, chosen at random, by a deep image prior
===============================================================================


::

    python examples/missing_pixels_dip_adam.py ../shared/data/dip/restoration/barbara.png -o whole.png

``--weights fill-grey`` or ``fill-color`` starts from a network trained on other photographs; ``--setting paper`` takes
the publication's network and number of steps.
"""

import argparse
from pathlib import Path

import torch

from preimage.metric import PSNR
from preimage.restore import Dip, ImageFile, inpaint

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path)
    parser.add_argument("--output", "-o", type=Path, required=True)
    parser.add_argument("--missing", type=float, default=0.5, help="share of the pixels")
    parser.add_argument("--steps", type=int, help="at most")
    parser.add_argument("--setting", choices=["fast", "paper"], default="fast")
    parser.add_argument("--weights", help="of preimage.zoo, to start from")
    args = parser.parse_args()
    photograph = ImageFile.read(args.image)
    truth = photograph.pixels
    missing = torch.rand(truth.shape[1:], generator=torch.Generator().manual_seed(0)) < args.missing
    holed = photograph.with_pixels(truth.masked_fill(missing, 0))
    restored = inpaint(holed, missing, sigma=0, method=Dip(args.setting), steps=args.steps, weights=args.weights)
    after = float(PSNR()(restored.image.pixels[None], truth[None]))
    print(f"{restored.record.stopped}, {restored.record.seconds:.0f} s: PSNR {after:.2f} dB")
    restored.image.write(args.output)
