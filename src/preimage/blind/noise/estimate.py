"""The noise of a photograph: how strong, at which brightness, and how far it goes on from pixel to pixel."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.blind.noise.bands import BlockBands, band_energies, band_middles
from preimage.blind.noise.flat import flat_energy
from preimage.blind.noise.scales import OctaveLevels, octave_levels
from preimage.blind.single import check_single

__all__ = ["NoiseEstimate", "estimate_noise"]

_SIDE = 16  # the least side of a picture that can be looked at
_BINS, _LEAST = 12, 48  # of brightness, and the fewest blocks in one
_ABOVE = 2.2  # how much stronger than the network tells noise may be: of smooth noise it sees a part at each scale
_TRUSTED, _COARSER = 0.5, 3.0  # where noise that seems to be coarse is believed to be
_FINE = 4  # the first band of those that white noise is told by


@dataclass(frozen=True)
class NoiseEstimate:
    """The noise of a picture, in image units.

    Attributes:
        sigma: the standard deviation of the noise of a pixel, over all frequencies and the whole picture: the level of
            the white noise of the same energy.
        is_white: whether its energy is the same at all frequencies, as far as can be told.
        brightness: values of the level function's bins, rising, for each channel, (C, K); K is 0 where nothing could be
            told.
        levels: the standard deviation at these, (C, K).
        gain, offset: the line ``variance = gain x + offset`` through the level function of each channel, (C,), neither
            below zero: for raw pictures what Poisson-Gaussian noise has.
        frequencies: radial, in cycles per pixel, (F,).
        spectrum: the power density at these, by that of white noise of the same energy, (F,).
        correlation_length: the side, in pixels, of a square over which the noise is as good as the same: the root of
            the spectrum at its coarsest; 1 for white noise.
        trust: in [0, 1], how much of the picture is flat enough to tell noise from texture.
    """

    sigma: float
    is_white: bool
    brightness: Tensor
    levels: Tensor
    gain: Tensor
    offset: Tensor
    frequencies: Tensor
    spectrum: Tensor
    correlation_length: float
    trust: float

    def level_at(self, values: Tensor) -> Tensor:
        """The standard deviation where channels have ``values`` (C, ...), linear between bins; like it."""
        if self.brightness.shape[1] == 0:
            return torch.full_like(values, self.sigma)
        x, levels, flat = self.brightness.to(values), self.levels.to(values), values.flatten(1).contiguous()
        right = torch.searchsorted(x, flat).clamp(1, max(1, x.shape[1] - 1)).clamp_max(x.shape[1] - 1)
        left = (right - 1).clamp_min(0)
        low, high = x.gather(1, left), x.gather(1, right)
        share = ((flat - low) / (high - low).clamp_min(1e-12)).clamp(0, 1)
        return torch.lerp(levels.gather(1, left), levels.gather(1, right), share).reshape_as(values)


@torch.no_grad()
def estimate_noise(picture: Tensor) -> NoiseEstimate:
    r"""The noise of a picture whose camera and processing are not known.

    Blocks of 16x16 pixels of a channel are sorted by brightness. In each of twelve bins and eight bands of frequencies
    the least energies of blocks tell which share of them is flat, and how strong noise is there: what the energies of
    flat blocks are spread like is known, chi squared. A network that knows texture from noise
    (:class:`preimage.denoisers.NoiseLevelNetwork`) looks at the picture as it is and made 2 and 4 times smaller; noise
    far beyond what it tells is texture. Where it tells about the same at all scales, the noise is white.

    Args:
        picture: (C, H, W), in [0, 1]: grey, colour, or bands.

    Raises:
        ShapeError: the picture has another shape, or is not of real floating-point numbers.
    """
    check_single(picture)
    y = picture.cpu()
    octaves = octave_levels(y)
    white = octaves.levels[0].sigma
    if min(y.shape[-2:]) < _SIDE:
        none, zeros = y.new_zeros(len(y), 0), y.new_zeros(len(y))
        return NoiseEstimate(white, True, none, none, zeros, zeros + white**2, none[0], none[0], 1.0, 0.0)
    bands = band_energies(y)
    table = _Table.of(bands, _caps(octaves))
    is_white = not (octaves.grow or (octaves.may_grow and table.is_coarse()))
    variances = table.white() if is_white else table.total()
    spectrum = torch.ones_like(table.spectrum()) if is_white else table.spectrum()
    sigma = white if is_white else table.mean(variances)
    if is_white and float(variances.sum()) > 0:
        variances = variances * (white**2 / max(table.mean(variances) ** 2, 1e-30))
    gain, offset = _line(table.brightness, variances)
    return NoiseEstimate(
        sigma, is_white, table.brightness.to(y), variances.sqrt().to(y), gain.to(y), offset.to(y),
        band_middles().to(y), spectrum.to(y), math.sqrt(max(1.0, float(spectrum[0]))), table.trust(),
    )  # fmt: skip


def _caps(octaves: OctaveLevels) -> Tensor:
    """The most energy of a coefficient in each band, (K,)."""
    middles, caps = band_middles(), []
    for frequency in middles.tolist():
        scale = 0 if frequency >= 0.25 else 1 if frequency >= 0.125 else 2
        level = octaves.levels[min(scale, len(octaves.levels) - 1)]
        caps.append((_ABOVE * level.high) ** 2)
    return torch.tensor(caps, dtype=torch.float64)


@dataclass(frozen=True)
class _Table:
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
    def of(cls, bands: BlockBands, caps: Tensor) -> "_Table":
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
        return cls(brightness, energy.minimum(caps), share, blocks, bands.count)

    def total(self) -> Tensor:
        """Variance of a pixel, (C, B); the mean of a block has as much energy as its coarsest coefficients."""
        count = self.count.double().clone()
        count[0] += 1
        return (self.energy * count).sum(-1) / count.sum()

    def white(self) -> Tensor:
        """The same if the noise is white, from its fine parts alone, (C, B)."""
        count = self.count.double()[_FINE:]
        return (self.energy[..., _FINE:] * count).sum(-1) / count.sum()

    def spectrum(self) -> Tensor:
        """Power density by that of white noise, (K,), the mean over bins and channels."""
        weights = (self.blocks * self.share)[..., None]
        mean = (self.energy * weights).sum((0, 1)) / weights.sum((0, 1)).clamp_min(1e-12)
        return mean / ((mean * self.count).sum() / self.count.sum()).clamp_min(1e-30)

    def mean(self, variances: Tensor) -> float:
        """Standard deviation over the whole picture."""
        return math.sqrt(float((variances * self.blocks).sum() / self.blocks.sum().clamp_min(1)))

    def is_coarse(self) -> bool:
        """Whether fine frequencies clearly have less than coarse ones, where much is flat."""
        spectrum = self.spectrum()
        return self.trust() > _TRUSTED and float(spectrum[1:3].mean()) > _COARSER * float(spectrum[-2:].mean())

    def trust(self) -> float:
        """Which part of the picture lies in bins that have enough that is flat."""
        return float(((self.share - 0.22) / 0.3).clamp(0, 1).mean())


def _line(x: Tensor, variances: Tensor) -> tuple[Tensor, Tensor]:
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
