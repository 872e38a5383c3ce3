"""
A photograph without flash, noisy, restored with the help of one with flash by a deep image prior
=================================================================================================


::

    python examples/flash_dip_adam.py ../shared/data/dip/flash_no_flash/cave01_01_noflash.jpg \
        ../shared/data/dip/flash_no_flash/cave01_00_flash.jpg -o clean.png

``--setting paper`` takes the publication's network and number of steps.
"""

import argparse
from pathlib import Path

from preimage.restore import Dip, flash

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path, help="without flash")
    parser.add_argument("flash", type=Path, help="with flash, from the same place")
    parser.add_argument("--output", "-o", type=Path, required=True)
    parser.add_argument("--steps", type=int, help="at most")
    parser.add_argument("--setting", choices=["fast", "paper"], default="fast")
    args = parser.parse_args()
    restored = flash(args.image, args.flash, method=Dip(args.setting), steps=args.steps)
    print(f"{restored.record.stopped}, {restored.record.seconds:.0f} s")
    restored.image.write(args.output)
