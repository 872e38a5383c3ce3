"""
Distances from few photons: a single-photon lidar, by the counts of neighbours and total variation of the depth
===============================================================================================================


::

    python examples/lidar_tv_rof.py ../shared/data/test/Set12/01.png -o found.png

A photograph of 96x96 pixels is the brightness of a scene of a slope, a disk and a box, seen by two photons a pixel on
average, among half as many of daylight. Pixel by pixel, the matched filter takes many of those of daylight for it.
Neighbours are mostly as far away: the matched filter of the counts of 5x5 pixels together is right nearly everywhere,
and total variation (Rudin, Osher & Fatemi) takes the rest of the noise away. Mean errors of the depth, in bins, are
printed; the picture shows the matched filter of pixels, what was found, and the truth.
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate, pad

from preimage.files import ImageFile
from preimage.optim import TVPrior
from preimage.physics import SinglePhotonLidar

SIDE, BINS, PULSE = 96, 60, 1.5


def scene(photograph: Tensor) -> Tensor:
    """Depth in bins, photons, and photons of daylight a bin, (1, 3, SIDE, SIDE), of a grey photograph (H, W)."""
    bright = interpolate(photograph[None, None], (SIDE, SIDE), mode="area")
    row, column = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    depth = 45.0 - 0.15 * row
    depth = torch.where(((row - 40) ** 2 + (column - 30) ** 2) < 22**2, 15.0, depth)
    depth = torch.where((row > 30) & (row < 85) & (column > 55) & (column < 80), 24.0, depth)
    photons = 0.5 + 3.0 * bright
    return torch.cat([depth[None, None], photons, torch.full_like(photons, float(photons.mean()) / 2 / BINS)], 1)


def together(counts: Tensor, reach: int = 2) -> Tensor:
    """The histograms of the pixels around, added up."""
    return (2 * reach + 1) ** 2 * avg_pool2d(pad(counts, (reach,) * 4, "reflect"), 2 * reach + 1, 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path, help="a photograph")
    parser.add_argument("--output", "-o", type=Path, help="the picture of depths: matched filter, found, truth")
    parser.add_argument("--weight", type=float, default=1.0, help="of the total variation")
    args = parser.parse_args()
    x = scene(ImageFile.read(args.image).pixels.mean(0))
    lidar = SinglePhotonLidar(BINS, PULSE)
    y = lidar(x, torch.Generator().manual_seed(0))
    naive, pooled = lidar.matched_filter(y)[:, :1], lidar.matched_filter(together(y))[:, :1]
    found = TVPrior(args.weight).prox(pooled, 1.0)
    errors = [float((depth - x[:, :1]).abs().mean()) for depth in (naive, pooled, found)]
    print(
        f"{float(y.sum()) / SIDE**2:.1f} photons a pixel: error of the depth {errors[0]:.2f} bins pixel by pixel, "
        f"{errors[1]:.2f} by 5x5 pixels together, {errors[2]:.2f} with total variation"
    )
    if args.output is not None:
        shown = torch.cat([depth[0, 0] for depth in (naive, found, x[:, :1])], -1)
        ImageFile.from_array((shown / BINS).clamp(0, 1).numpy()).write(args.output)
    assert errors[2] < min(errors[1], 0.2 * errors[0]), "no better than the matched filter"
