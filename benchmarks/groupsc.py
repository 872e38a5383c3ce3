"""Time and memory of GroupSC on a whole image, beside the definition block by block with dense similarities.

    python benchmarks/groupsc.py                                 everything, for an image of 321x481
    python benchmarks/groupsc.py grey --settings quality --blocks 2
    python benchmarks/groupsc.py --parts agreement               how far the two are apart, on a crop

Quality is the paper's setting: every patch, a window of 48. Light takes every second patch along each axis. Blockwise,
quality are overlapping blocks at the distance of the published tables, light those at the distance of a validation.
Some blocks are timed and their time multiplied by the number of blocks; all blocks are alike. Every case runs in a
process of its own, which notes by how much the peak of its resident memory (``ru_maxrss``) grows from the time when
everything has been imported and loaded. Weights decide neither time nor memory; by default they are the first ones.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import torch
from torch import Tensor

from _blockwise import block_count, blockwise
from preimage import zoo
from preimage.datasets import load_images
from preimage.metric import PSNR
from preimage.models import GroupSC, Search

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "test"
SETS = {"grey": ("BSD68", 1), "colour": ("Kodak24", 3)}
PATCH_STRIDES = {"quality": 1, "light": 2}
BLOCK_STRIDES = {("grey", "quality"): 12, ("grey", "light"): 48, ("colour", "quality"): 10, ("colour", "light"): 50}
LEVEL = 25 / 255


def picture(colours: str, height: int, width: int) -> Tensor:
    """The middle of the first image of a test set, (1, C, H, W)."""
    name, channels = SETS[colours]
    x = load_images(DATA / name, channels)[0]
    x = x if (x.shape[-1] >= x.shape[-2]) == (width >= height) else x.mT
    top, left = (x.shape[-2] - height) // 2, (x.shape[-1] - width) // 2
    if top < 0 or left < 0:
        raise SystemExit(f"--size must be at most {x.shape[-2]} {x.shape[-1]}, got {height} {width}")
    return x[None, :, top : top + height, left : left + width].contiguous() / 255


def noisy(clean: Tensor) -> Tensor:
    """With noise of level 25."""
    return clean + LEVEL * torch.randn(clean.shape, generator=torch.Generator().manual_seed(0))


def model_of(colours: str, patch_stride: int, weights: str) -> GroupSC:
    """A model with one level."""
    model = GroupSC(SETS[colours][1], search=Search(patch_stride=patch_stride)).eval()
    if weights:
        loaded = zoo.load(weights)
        assert isinstance(loaded, GroupSC)
        model.load_state_dict(at_level(loaded))
    return model.requires_grad_(False)


def at_level(loaded: GroupSC) -> dict[str, Tensor]:
    """The weights of a model with several levels, and its thresholds at ``LEVEL``."""
    place = int((loaded.levels - LEVEL).abs().argmin())
    state = loaded.state_dict()
    return state | {"thresholds": state["thresholds"][[place]], "levels": state["levels"][[place]]}


def measure(args: argparse.Namespace) -> dict[str, float]:
    """Seconds for the whole image and MB beyond the set-up, in this process."""
    torch.set_num_threads(args.threads)
    method, colours, setting = args.case
    height, width = args.size
    model = model_of(colours, PATCH_STRIDES[setting] if method == "whole" else 1, args.weights)
    y = noisy(picture(colours, height, width))
    small = y[..., :16, :16]
    with torch.no_grad():
        model(small, LEVEL)  # the first call of each operation is slow
        before, started = peak(), time.perf_counter()
        if method == "whole":
            model(y, LEVEL)
            share = 1.0
        else:
            stride = BLOCK_STRIDES[colours, setting]
            count = block_count(height, width, stride)
            blockwise(model, y, LEVEL, stride, args.blocks)
            share = min(args.blocks, count) / count
        seconds = (time.perf_counter() - started) / share
    return {"seconds": seconds, "MB": peak() - before}


def peak() -> float:
    """The largest resident memory of this process so far, MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def in_fresh_process(args: argparse.Namespace, *case: str) -> dict[str, float]:
    """:func:`measure` in a new interpreter."""
    options = ["--size", *map(str, args.size), "--blocks", str(args.blocks), "--threads", str(args.threads)]
    command = [sys.executable, __file__, *options, "--weights", args.weights, "--case", *case]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def print_costs(args: argparse.Namespace) -> bool:
    """The table; whether the paper's quality takes a tenth of the time of the definition, and less memory."""
    height, width = args.size
    pixels = height * width / 1e6
    print(f"{height}x{width} pixels, {args.threads} thread(s); memory beyond the set-up")
    print(f"{'':40}{'seconds':>10}{'MB':>8}{'s / Mpixel':>12}{'MB / Mpixel':>13}")
    is_good = True
    for colours in args.colours:
        for setting in args.settings:
            stride = BLOCK_STRIDES[colours, setting]
            count = block_count(height, width, stride)
            used = min(args.blocks, count)
            labels = {
                "whole": f"whole, patch stride {PATCH_STRIDES[setting]}",
                "blocks": f"{count} blocks, stride {stride} ({used} timed)",
            }
            costs = {}
            for method in args.methods:
                case = costs[method] = in_fresh_process(args, method, colours, setting)
                label = f"{colours:7}{setting:8}{labels[method]}"
                rates = f"{case['seconds'] / pixels:12.1f}{case['MB'] / pixels:13.0f}"
                print(f"{label:40}{case['seconds']:10.2f}{case['MB']:8.0f}{rates}", flush=True)
            if len(costs) == 2:
                ratio = costs["blocks"]["seconds"] / costs["whole"]["seconds"]
                less = costs["blocks"]["MB"] / costs["whole"]["MB"]
                print(f"{'':40}{ratio:9.1f}x{less:7.1f}x  less, whole beside blocks")
                is_good &= setting != "quality" or (ratio >= 10 and less > 1)
    return is_good


def print_agreement(args: argparse.Namespace) -> None:
    """Whole image and blocks on a crop: in the definition each patch is coded once for each block, in its window."""
    torch.set_num_threads(args.threads)
    height, width = args.crop
    for colours in args.colours:
        x = picture(colours, height, width)
        y, model = noisy(x), model_of(colours, 1, args.weights)
        with torch.no_grad():
            whole, blocks = model(y, LEVEL), blockwise(model, y, LEVEL, args.crop_stride)
        gap = float((whole - blocks).abs().max())
        scores = [float(PSNR()(estimate.clamp(0, 1), x)) for estimate in (y, whole, blocks)]
        print(
            f"{colours}, {height}x{width}, blocks at a distance of {args.crop_stride}: at most {gap:.4f} apart; PSNR "
            f"{scores[0]:.2f} noisy, {scores[1]:.2f} whole, {scores[2]:.2f} blocks",
            flush=True,
        )


def main() -> int:
    """Print the parts asked for; the exit status says whether the whole image is ten times as fast, in less memory."""
    parser = argparse.ArgumentParser(description="Seconds and peak memory of GroupSC per megapixel.")
    parser.add_argument("colours", nargs="*", choices=[*SETS, []], help="both by default")
    parser.add_argument("--parts", nargs="+", choices=["cost", "agreement"], default=["cost", "agreement"])
    parser.add_argument("--settings", nargs="+", choices=PATCH_STRIDES, default=list(PATCH_STRIDES))
    parser.add_argument("--methods", nargs="+", choices=["whole", "blocks"], default=["whole", "blocks"])
    parser.add_argument("--size", nargs=2, type=int, default=(321, 481), metavar=("HEIGHT", "WIDTH"))
    parser.add_argument("--blocks", type=int, default=4, help="how many blocks are timed")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--weights", default="", help="a name of the zoo; first weights by default")
    parser.add_argument("--crop", nargs=2, type=int, default=(100, 120), metavar=("HEIGHT", "WIDTH"))
    parser.add_argument("--crop-stride", type=int, default=24, help="distance of blocks on the crop")
    parser.add_argument("--case", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.colours = args.colours or list(SETS)
    if args.case:
        print(json.dumps(measure(args)))
        return 0
    is_good = print_costs(args) if "cost" in args.parts else True
    if "agreement" in args.parts:
        print_agreement(args)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
