"""
Text taken off a photograph, or a hole in one filled, by a deep image prior; the masks are white where it is whole
==================================================================================================================


::

    python examples/inpainting_dip_adam.py ../shared/data/dip/inpainting/kate.png \
        ../shared/data/dip/inpainting/kate_mask.png -o whole.png

The same for ``vase`` and ``library``, which have large holes. ``--smooth`` takes the publication's network for a hole
in smooth surroundings, as in the first of them.
"""

import argparse
from pathlib import Path

import torch

from preimage.models.dip import published
from preimage.physics import Inpainting
from preimage.restore import Dip, ImageFile, inpaint
from preimage.restore.tasks.inpaint import read_mask

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path)
    parser.add_argument("mask", type=Path)
    parser.add_argument("--output", "-o", type=Path, required=True)
    parser.add_argument("--steps", type=int, help="at most")
    parser.add_argument("--setting", choices=["fast", "paper"], default="fast")
    parser.add_argument("--smooth", action="store_true")
    args = parser.parse_args()
    if not args.smooth:
        restored = inpaint(args.image, args.mask, white="seen", sigma=0, method=Dip(args.setting), steps=args.steps)
        print(f"{restored.record.stopped}, {restored.record.seconds:.0f} s")
        restored.image.write(args.output)
    else:
        photograph, seen = ImageFile.read(args.image), ~read_mask(args.mask, "seen")
        y = torch.where(seen, photograph.pixels, 0)[None]
        ends = [] if args.steps is None else [lambda step, state: step == args.steps]
        solution = published.inpainting_holes().solve(y, Inpainting(seen), ends)
        print(solution.reason[0])
        photograph.with_pixels(torch.where(seen, photograph.pixels, solution.x[0])).write(args.output)
