"""Energies of noise by brightness and frequency, and the level functions that follow."""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from preimage.blind.noise.bands import BlockBands
from preimage.blind.noise.flat import flat_energy

__all__ = ["TRUSTED", "LevelTable", "fit_lines"]

TRUSTED = 0.5
"""How much trust is enough."""

_BINS, _LEAST = 12, 48  # of brightness, and the fewest blocks in one
_COARSER = 3.0  # how much more energy coarse frequencies must have
_EVEN = (1.5, 2.0)  # of the energy of fine frequencies: what the octaves from 1/8 and up to 1/8 may have in white noise
_FINE = 4  # the first band of those that white noise is told by


@dataclass(frozen=True)
class LevelTable:
    """Energies of noise by brightness.

    Attributes:
        brightness: the mean of each bin, (C, B).
        energy: the mean square of a coefficient, (C, B, K).
        share: the part of the blocks that are flat, (C, B).
        blocks: the number of blocks, (C, B).
        count: coefficients of each band, (K,).
    """

    brightness: Tensor
    energy: Tensor
    share: Tensor
    blocks: Tensor
    count: Tensor

    @classmethod
    def of(cls, bands: BlockBands) -> "LevelTable":
        """The table of a picture: of the energy in flat blocks, be it noise or faint texture."""
        channels, number = bands.brightness.shape
        bins = max(1, min(_BINS, number // _LEAST))
        energy = torch.zeros(channels, bins, len(bands.count), dtype=torch.float64)
        brightness, share, blocks = (energy.new_zeros(channels, bins) for _ in range(3))
        for c in range(channels):
            for b, some in enumerate(bands.brightness[c].argsort().tensor_split(bins)):
                whole = some[bands.whole[c, some]]
                chosen = whole if len(whole) >= _LEAST // 2 else some
                told = [flat_energy(bands.energy[c, chosen, k], int(n)) for k, n in enumerate(bands.count)]
                energy[c, b] = torch.tensor([value for value, _ in told], dtype=torch.float64)
                share[c, b] = sum(p for _, p in told[:_FINE]) / _FINE
                brightness[c, b] = bands.brightness[c, chosen].double().mean()
                blocks[c, b] = len(some)
        return cls(brightness, energy, share, blocks, bands.count)

    def within(self, caps: Tensor) -> "LevelTable":
        """The table of noise that has at most the energies ``caps`` (K,)."""
        return replace(self, energy=self.energy.minimum(caps))

    def total(self) -> Tensor:
        """Variance of a pixel, (C, B); mean and plane of a block have as much energy as its coarsest coefficients."""
        return (self.energy * self._whole_count()).sum(-1) / self._whole_count().sum()

    def _whole_count(self) -> Tensor:
        return torch.cat([self.count[:1] + 3, self.count[1:]]).double()

    def white(self) -> Tensor:
        """The same if the noise is white, from its fine parts alone, (C, B)."""
        count = self.count.double()[_FINE:]
        return (self.energy[..., _FINE:] * count).sum(-1) / count.sum()

    def spectrum(self) -> Tensor:
        """Power density by that of white noise, (K,), the mean over bins and channels."""
        weights = (self.blocks * self.share)[..., None]
        mean = (self.energy * weights).sum((0, 1)) / weights.sum((0, 1)).clamp_min(1e-12)
        return mean / ((mean * self._whole_count()).sum() / self._whole_count().sum()).clamp_min(1e-30)

    def mean(self, variances: Tensor) -> float:
        """Standard deviation over the whole picture."""
        return math.sqrt(float((variances * self.blocks).sum() / self.blocks.sum().clamp_min(1)))

    def is_coarse(self) -> bool:
        """Whether fine frequencies clearly have less than coarse ones, where much is flat."""
        spectrum = self.spectrum()
        return self.trust() > TRUSTED and float(spectrum[1:3].mean()) > _COARSER * float(spectrum[-2:].mean())

    def is_even(self) -> bool:
        """Whether there is so little at coarse frequencies, in a quarter of the bins, that noise cannot be coarse.

        Texture only adds to the energies of flat blocks. White noise of 5/255 or more has ratios of 1.0 to 1.5 and of
        1.0 to 2.0 to the fine frequencies in such bins, that of real and simulated cameras 1.8 and 2.2 or more.
        """
        count = self.count.double()

        def mean(some: slice) -> Tensor:
            return (self.energy[..., some] * count[some]).sum(-1) / count[some].sum()

        fine = mean(slice(_FINE, None)).clamp_min(1e-12)
        ratios = (mean(slice(start, stop)) / fine for start, stop in ((2, _FINE), (0, 2)))
        return all(float(ratio.quantile(0.25)) < most for ratio, most in zip(ratios, _EVEN, strict=True))

    def trust(self) -> float:
        """Which part of the picture lies in bins that have enough that is flat."""
        return float(((self.share - 0.37) / 0.25).clamp(0, 1).mean())


def fit_lines(x: Tensor, variances: Tensor) -> tuple[Tensor, Tensor]:
    """Slope and offset, neither below zero, through the variances (C, B) at brightness (C, B): each (C,)."""
    rows = [_non_negative(*row) for row in zip(x, variances, strict=True)]
    return torch.stack([row[0] for row in rows]), torch.stack([row[1] for row in rows])


def _non_negative(x: Tensor, v: Tensor) -> Tensor:
    """By least squares of relative errors."""
    weights = 1 / v.clamp_min(1e-3 * float(v.max()) + 1e-30)
    design = torch.stack([x, torch.ones_like(x)], 1) * weights[:, None]
    line = torch.linalg.lstsq(design, (v * weights)[:, None]).solution[:, 0]
    if float(line.min()) >= 0 and bool(line.isfinite().all()):
        return line
    only = 1 if float(line[0]) < 0 else 0
    best = torch.zeros_like(line)
    best[only] = (design[:, only] @ (v * weights) / design[:, only].square().sum()).clamp_min(0)
    return best
