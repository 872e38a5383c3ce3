"""
A photograph made noisy and denoised by a deep image prior, which is told nothing of the noise
==============================================================================================


::

    python examples/denoising_dip_adam.py ../shared/data/dip/denoising/F16_GT.png -o denoised.png

``--setting paper`` takes the publication's network and number of steps.
"""

import argparse
from pathlib import Path

import torch

from preimage.metric import PSNR
from preimage.restore import Dip, ImageFile, denoise

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path)
    parser.add_argument("--output", "-o", type=Path, required=True)
    parser.add_argument("--level", type=float, default=25, help="standard deviation of the noise, of 255")
    parser.add_argument("--steps", type=int, help="at most")
    parser.add_argument("--setting", choices=["fast", "paper"], default="fast")
    parser.add_argument("--runs", type=int, default=1, help="whose results are averaged")
    args = parser.parse_args()
    photograph = ImageFile.read(args.image)
    truth = photograph.pixels
    noise = torch.randn(truth.shape, generator=torch.Generator().manual_seed(0))
    noisy = (truth + args.level / 255 * noise).clamp(0, 1)
    restored = denoise(photograph.with_pixels(noisy), method=Dip(args.setting, args.runs), steps=args.steps)
    before, after = (float(PSNR()(each[None], truth[None])) for each in (noisy, restored.image.pixels))
    print(f"{restored.record.stopped}, {restored.record.seconds:.0f} s: PSNR {before:.2f} dB -> {after:.2f} dB")
    restored.image.write(args.output)
