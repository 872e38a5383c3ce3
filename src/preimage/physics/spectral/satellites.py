"""The cameras of satellites that see few pixels in colours and many in grey: their bands, and how these are blurred."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.physics.noise import Noise
from preimage.physics.spectral.pansharpen import Pansharpen, mtf_kernel

__all__ = ["GEOEYE_1", "IKONOS", "QUICKBIRD", "WORLDVIEW_2", "WORLDVIEW_3", "Satellite", "SatelliteBand"]


@dataclass(frozen=True)
class SatelliteBand:
    """A band: the light that it takes, and how sharp its pixels are.

    Args:
        name: its colour.
        low, high: the ends of its nominal range of wavelengths, in nanometres.
        gain: transfer at the highest frequency that its pixels hold.
    """

    name: str
    low: float
    high: float
    gain: float


@dataclass(frozen=True)
class Satellite:
    """A satellite with a grey camera and one of colours, four times coarser.

    The ranges of bands are nominal, as the operators publish them; responses within a range are taken for even.

    Args:
        name: its name.
        colours: its bands, from short to long wavelengths.
        grey: the panchromatic band.

    Source: transfers at the highest frequency from Vivone et al., "A critical comparison among pansharpening
    algorithms", IEEE TGRS 53, 2015, and the toolbox to it; ranges from the operators' data sheets.
    """

    name: str
    colours: tuple[SatelliteBand, ...]
    grey: SatelliteBand

    @property
    def factor(self) -> int:
        """How many pixels of the grey camera make one of the colours, in each direction."""
        return 4

    def kernel(self, size: int = 41, dtype: torch.dtype = torch.float32) -> Tensor:
        """The blur of each colour in pixels of the grey picture, (1, C, size, size)."""
        return torch.cat([mtf_kernel(band.gain, self.factor, size, dtype) for band in self.colours], 1)

    def weights(self) -> Tensor:
        """How much of each colour the grey camera sees, (C,), of sum one: in proportion to the shared wavelengths."""
        shared = [max(0.0, min(band.high, self.grey.high) - max(band.low, self.grey.low)) for band in self.colours]
        return torch.tensor(shared) / sum(shared)

    def pansharpen(
        self, size: int = 41, colour_noise: Noise | None = None, grey_noise: Noise | None = None
    ) -> Pansharpen:
        """The forward model of its two cameras, for images (B, C, H, W) with as many channels as it has colours.

        Args:
            size: height and width of the blur.
            colour_noise: noise of the colours.
            grey_noise: noise of the grey picture.
        """
        return Pansharpen(self.kernel(size), self.factor, self.weights(), colour_noise, grey_noise)


def _bands(*rows: tuple[str, float, float, float]) -> tuple[SatelliteBand, ...]:
    return tuple(SatelliteBand(*row) for row in rows)


QUICKBIRD = Satellite(
    "QuickBird",
    _bands(
        ("blue", 450, 520, 0.34), ("green", 520, 600, 0.32), ("red", 630, 690, 0.30), ("near infrared", 760, 900, 0.22)
    ),
    SatelliteBand("grey", 450, 900, 0.15),
)
"""QuickBird, 2001 to 2015."""

IKONOS = Satellite(
    "IKONOS",
    _bands(
        ("blue", 445, 516, 0.26), ("green", 506, 595, 0.28), ("red", 632, 698, 0.29), ("near infrared", 757, 853, 0.28)
    ),
    SatelliteBand("grey", 526, 929, 0.17),
)
"""IKONOS, 1999 to 2015."""

GEOEYE_1 = Satellite(
    "GeoEye-1",
    _bands(
        ("blue", 450, 510, 0.23), ("green", 510, 580, 0.23), ("red", 655, 690, 0.23), ("near infrared", 780, 920, 0.23)
    ),
    SatelliteBand("grey", 450, 800, 0.16),
)
"""GeoEye-1, from 2008."""

WORLDVIEW_2 = Satellite(
    "WorldView-2",
    _bands(
        ("coastal", 400, 450, 0.35), ("blue", 450, 510, 0.35), ("green", 510, 580, 0.35), ("yellow", 585, 625, 0.35),
        ("red", 630, 690, 0.35), ("red edge", 705, 745, 0.35), ("near infrared 1", 770, 895, 0.35),
        ("near infrared 2", 860, 1040, 0.27),
    ),
    SatelliteBand("grey", 450, 800, 0.11),
)  # fmt: skip
"""WorldView-2, from 2009."""

WORLDVIEW_3 = Satellite(
    "WorldView-3",
    _bands(
        ("coastal", 400, 450, 0.325), ("blue", 450, 510, 0.355), ("green", 510, 580, 0.360),
        ("yellow", 585, 625, 0.350), ("red", 630, 690, 0.365), ("red edge", 705, 745, 0.360),
        ("near infrared 1", 770, 895, 0.335), ("near infrared 2", 860, 1040, 0.315),
    ),
    SatelliteBand("grey", 450, 800, 0.14),
)  # fmt: skip
"""WorldView-3, from 2014."""
