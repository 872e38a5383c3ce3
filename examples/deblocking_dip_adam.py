"""
The blocks and halos of a JPEG file removed by a deep image prior, which is told nothing of JPEG
================================================================================================


::

    python examples/deblocking_dip_adam.py ../shared/data/dip/denoising/snail.jpg -o smooth.png

``--setting paper`` takes the publication's network and number of steps.
"""

import argparse
from pathlib import Path

from preimage.restore import Dip, deblock

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path)
    parser.add_argument("--output", "-o", type=Path, required=True)
    parser.add_argument("--steps", type=int, help="at most")
    parser.add_argument("--setting", choices=["fast", "paper"], default="fast")
    args = parser.parse_args()
    restored = deblock(args.image, method=Dip(args.setting), steps=args.steps)
    print(f"{restored.record.stopped}, {restored.record.seconds:.0f} s")
    restored.image.write(args.output)
