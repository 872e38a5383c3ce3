"""
A radio galaxy from the visibilities of 27 antennas, by the knowledge that no part of the sky is dark below zero
================================================================================================================


::

    python examples/radio_positivity_fista.py -o found.png

Antennas stand on three arms, as those of the Very Large Array, and observe for six hours; a flux of one in a pixel is
two hundred times the noise of a visibility. The dirty map, which is what a Fourier transform of the visibilities gives,
is the sky convolved with the pattern of the array. The least squares without negative pixels (FISTA) have neither its
rings nor its width. Both errors are printed, relative to the sky; the picture shows the dirty map, what was found, and
the sky, brightened.
"""

import argparse
import math
from pathlib import Path

import torch
from torch import Tensor

from preimage.files import ImageFile
from preimage.optim import FISTA, Box, Variational
from preimage.physics import GaussianNoise, RadioInterferometry
from preimage.physics.radio import uv_coverage

SIDE = 128
LATITUDE, DECLINATION = 34.1, 40.0  # degrees


def antennas() -> Tensor:
    """27 places east, north and up in metres: three arms of nine, farther and farther apart."""
    distance = 30.0 * torch.arange(1, 10, dtype=torch.float64) ** 1.7
    arms = [math.radians(angle) for angle in (5.0, 125.0, 245.0)]
    places = [torch.stack([distance * math.sin(a), distance * math.cos(a), 0 * distance], -1) for a in arms]
    return torch.cat(places)


def sky(rng: torch.Generator) -> Tensor:
    """A core, two jets with lobes, and points, (1, 1, SIDE, SIDE)."""
    row, column = torch.meshgrid(*[torch.arange(SIDE) - SIDE / 2] * 2, indexing="ij")
    x = torch.zeros(SIDE, SIDE)
    for along in torch.linspace(-38, 38, 61):
        bend, wide = 0.006 * along**2, 0.8 + 0.1 * along.abs()
        bright = 0.15 + 0.5 * torch.exp(-(((along.abs() - 34) / 4) ** 2))
        x = x + bright / wide * torch.exp(-((row - bend - 0.3 * along) ** 2 + (column - along) ** 2) / (2 * wide**2))
    places = torch.randint(10, SIDE - 10, (2, 12), generator=rng)
    x[places[0], places[1]] += 0.5 + 2 * torch.rand(12, generator=rng)
    return x[None, None]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", "-o", type=Path, help="the picture: dirty map, found, sky")
    parser.add_argument("--steps", type=int, default=100)
    args = parser.parse_args()
    rng = torch.Generator().manual_seed(0)
    x = sky(rng)
    uv = uv_coverage(antennas(), LATITUDE, DECLINATION, torch.linspace(-3, 3, 13), 0.21, 8.0)
    uv = uv[(uv.abs() < 0.5).all(1)].float()
    physics = RadioInterferometry(uv, (SIDE, SIDE), noise=GaussianNoise(0.005))
    y = physics(x, rng)
    dirty = physics.A_adjoint(y) * SIDE**2 / len(uv)
    naive = dirty * float((dirty * x).sum() / dirty.square().sum())  # in the unit that suits it best
    found = Variational(FISTA(), Box(0.0, None), max_steps=args.steps)(y, physics)
    before, after = (float((image - x).norm() / x.norm()) for image in (naive, found))
    print(f"{len(uv)} visibilities: relative error of the dirty map {before:.3f}, without negative pixels {after:.3f}")
    if args.output is not None:
        shown = torch.cat([image[0] for image in (naive, found, x)], -1)
        ImageFile.from_array((shown / x.amax()).clamp(0, 1).sqrt()[0].numpy()).write(args.output)
    assert after < 0.5 * before, "no better than the dirty map"
