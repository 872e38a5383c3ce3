"""How much `restore deblock` gains on JPEG files, by its network and by its sparse model, and `restore auto`.

    OMP_NUM_THREADS=1 python benchmarks/deblocking.py --data ../shared/data/test [--methods drunet,groupsc] [--side 256]

Sets are classic5 (grey), Kodak24 (colour, 4:2:0), and drawings with letters. ``--side`` crops the middle of every
picture, ``--count`` takes the first so many of each set. PSNR in dB of what is written to 8 bits, of the input and of
each method, and seconds of the processor for each picture.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from preimage.datasets import load_images
from preimage.restore import auto, deblock
from preimage.training.recipes.graphics import draw_graphics

METHODS: dict[str, Callable] = {
    "drunet": lambda path: deblock(path, method="drunet"),
    "groupsc": lambda path: deblock(path, method="groupsc"),
    "auto": auto,
}


def pictures(folder: Path, count: int | None, side: int | None) -> Iterator[tuple[str, list[NDArray[np.uint8]]]]:
    """The sets: their name, and pictures (H, W) or (H, W, 3)."""
    sets: dict[str, Sequence[torch.Tensor]] = {
        "classic5": load_images(folder / "classic5", 1),
        "Kodak24": load_images(folder / "Kodak24", 3),
        "drawings": list((255 * draw_graphics(8, side or 256, torch.Generator().manual_seed(7))).round().byte()),
    }
    for name, images in sets.items():
        chosen = []
        for image in images[:count]:
            height, width = image.shape[1:]
            top, left = (max(0, (n - side) // 2) if side else 0 for n in (height, width))
            crop = image[:, top : top + (side or height), left : left + (side or width)]
            chosen.append(crop.permute(1, 2, 0).squeeze(2).numpy())
        yield name, chosen


def psnr(a: NDArray, b: NDArray) -> float:
    """In dB, of values up to 255."""
    return float(20 * np.log10(255) - 10 * np.log10(np.mean((a.astype(float) - b) ** 2)))


def main() -> None:
    """Print a row for each set and quality."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with classic5 and Kodak24")
    parser.add_argument("--methods", default="drunet,auto", help=f"some of {', '.join(METHODS)}")
    parser.add_argument("--qualities", default="10,20,30,40,60,80,90", help="with commas between")
    parser.add_argument("--count", type=int, help="pictures of each set")
    parser.add_argument("--side", type=int, help="of the middle that is taken of each")
    options = parser.parse_args()
    methods = options.methods.split(",")
    print(f"{'':12}{'quality':>8}{'input':>8}" + "".join(f"{name:>10}{'s':>7}" for name in methods), flush=True)
    for name, images in pictures(options.data, options.count, options.side):
        for quality in map(int, options.qualities.split(",")):
            given, rows = [], {method: [] for method in methods}
            with tempfile.TemporaryDirectory() as folder:
                for image in images:
                    path = Path(folder) / "a.jpg"
                    Image.fromarray(image).save(path, quality=quality)
                    given.append(psnr(np.asarray(Image.open(path)), image))
                    for method in methods:
                        started = time.process_time()
                        found = METHODS[method](path).image.to_array()
                        rows[method].append((psnr(found.reshape(image.shape), image), time.process_time() - started))
            cells = "".join("{:10.2f}{:7.2f}".format(*np.mean(row, 0)) for row in rows.values())
            print(f"{name:12}{quality:8}{np.mean(given):8.2f}{cells}", flush=True)


if __name__ == "__main__":
    main()
