"""Noise of light: how often ``restore denoise`` sees it, where it is and where it is not, and what that is worth.

    python benchmarks/light.py [--count 6] [--channels 1]

Counts of a camera, 12 for each photon, which gives 100 or nothing without light and reads with noise of 8; and white
noise, rounded to eight bits. Parts of 256x256 of Set12 and BSD68. PSNR by the range of the picture's light: taken for
white, as it is found, and with the gain and the black that it has.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage import restore
from preimage.datasets import load_images

CAMERAS = ((20, 100), (60, 0), (60, 100), (200, 100), (1000, 0))  # photons at white, and what is black
LEVELS = (0, 2, 5, 10, 25, 50)
GAIN, READ, BITS = 12, 8, 14


def pictures(data: Path, count: int, channels: int) -> Iterator[Tensor]:
    """Of each set, (C, H, W) in [0, 1]."""
    for name in ("Set12", "BSD68") if channels == 1 else ("Kodak24", "Set14"):
        for image in load_images(data / "test" / name, channels=channels)[:count]:
            yield image[:, :256, :256].float() / 255


def psnr(error: Tensor | np.ndarray) -> float:
    return -10 * float(np.log10(np.square(np.asarray(error)).mean()))


def camera(x: Tensor, photons: int, black: int, rng: np.random.Generator) -> tuple[bool, tuple[float, float, float]]:
    """Whether light was found, and the PSNR of the three results."""
    clean = GAIN * photons * x.permute(1, 2, 0).numpy() + black
    counts = rng.poisson((clean - black) / GAIN) * GAIN + black + rng.normal(0, READ, clean.shape)
    y = np.rint(counts).clip(0).astype(np.uint16)
    top = 2**BITS - 1
    known = f"poisson:{GAIN / top}@{black / top}"
    found, told, white = (
        restore.denoise(y, bits=BITS, noise=noise, sigma=sigma)
        for noise, sigma in (("auto", "auto"), (known, READ / top), ("gaussian", "auto"))
    )
    errors = (
        (each.image.astype(np.float64).reshape(clean.shape) - clean) / (GAIN * photons) for each in (white, found, told)
    )
    scores = tuple(map(psnr, errors))
    assert len(scores) == 3
    return float(found.record.resolved["gain"]) > 0, scores


def even(x: Tensor, level: int, rng: np.random.Generator) -> tuple[bool, float]:
    """Whether light was found in white noise, and the PSNR by that less that by taking it for white."""
    y = x.permute(1, 2, 0).numpy() + rng.normal(0, level / 255, (*x.shape[1:], len(x)))
    y = np.rint(255 * y.clip(0, 1)).astype(np.uint8)
    results = [restore.denoise(y, noise=noise) for noise in ("auto", "gaussian")]
    seen = float(results[0].record.resolved["gain"]) > 0
    auto, white = (
        psnr(each.image.astype(np.float64).reshape(y.shape) / 255 - x.permute(1, 2, 0).numpy()) for each in results
    )
    return seen, auto - white


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--count", type=int, default=6, help="how many pictures of each set")
    parser.add_argument("--channels", type=int, choices=[1, 3], default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    images, rng = list(pictures(args.data, args.count, args.channels)), np.random.default_rng(0)
    for photons, black in CAMERAS:
        rows = [camera(x, photons, black, rng) for x in images]
        white, found, told = np.array([scores for _, scores in rows]).mean(0)
        print(
            f"{photons} photons, black {black}: found {sum(seen for seen, _ in rows)} of {len(rows)}; taken for white "
            f"{white:.2f}, as found {found:.2f}, as it is {told:.2f} dB",
            flush=True,
        )
    for level in LEVELS:
        rows = [even(x, level, rng) for x in images]
        changes = [change for seen, change in rows if seen]
        lost = f", which changes {min(changes):+.2f} to {max(changes):+.2f} dB" if changes else ""
        print(f"white noise {level}/255: found {len(changes)} of {len(rows)}{lost}", flush=True)


if __name__ == "__main__":
    main()
