"""
A photograph made four or eight times smaller, as programs do it, and enlarged by a deep image prior
====================================================================================================


::

    python examples/superresolution_dip_adam.py ../shared/data/dip/sr/zebra_GT.png -o large.png

``--setting paper`` takes the publication's network and number of steps.
"""

import argparse
from pathlib import Path

import torch.nn.functional as F

from preimage.metric import PSNR
from preimage.physics import DownsamplingMatlab
from preimage.restore import Dip, ImageFile, superresolve

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path)
    parser.add_argument("--output", "-o", type=Path, required=True)
    parser.add_argument("--factor", type=int, choices=[2, 3, 4, 8], default=4)
    parser.add_argument("--steps", type=int, help="at most")
    parser.add_argument("--setting", choices=["fast", "paper"], default="fast")
    args = parser.parse_args()
    photograph = ImageFile.read(args.image)
    rows, columns = (size // args.factor * args.factor for size in photograph.pixels.shape[1:])
    truth = photograph.pixels[None, :, :rows, :columns]
    small = DownsamplingMatlab(args.factor, "lanczos3")(truth)
    restored = superresolve(
        photograph.with_pixels(small[0]), args.factor, sigma=0, method=Dip(args.setting), steps=args.steps
    )
    bicubic = F.interpolate(small, scale_factor=args.factor, mode="bicubic")
    before, after = (float(PSNR()(each, truth)) for each in (bicubic, restored.image.pixels[None]))
    print(f"{restored.record.stopped}, {restored.record.seconds:.0f} s: PSNR {after:.2f} dB, bicubic {before:.2f} dB")
    restored.image.write(args.output)
