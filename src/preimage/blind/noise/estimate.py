"""The noise of a photograph: how strong, at which brightness, and how far it goes on from pixel to pixel."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.blind.noise.bands import band_energies, band_middles
from preimage.blind.noise.scales import OctaveLevels, octave_levels
from preimage.blind.noise.table import TRUSTED, LevelTable, fit_lines
from preimage.blind.single import check_single
from preimage.blind.white_noise import WhiteNoiseEstimate, find_white_noise

__all__ = ["NoiseEstimate", "estimate_noise"]

_SIDE = 16  # the least side of a picture that can be looked at
_ABOVE = 2.2  # how much stronger than the network tells noise may be: of smooth noise it sees a part at each scale
_FAINT, _VARIED = 0.5 / 255, 1.4  # levels nobody sees, and ratios worth a word
_ENDS = 3  # bins that are shadows, or lights


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
        white: what is found where the noise is taken for white.
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
    white: WhiteNoiseEstimate

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

    def octaves(self) -> tuple[float, ...]:
        """Levels of white noise as strong as that of each octave, the finest first, by ``sigma``."""
        if len(self.spectrum) == 0 or self.is_white:
            return (1.0,)
        return tuple(
            math.sqrt(float(self.spectrum[(self.frequencies >= low) & (self.frequencies < high)].mean()))
            for low, high in ((0.25, 1.0), (0.125, 0.25), (0.0, 0.125))
        )

    def character(self) -> str:
        """What the noise is like, in words."""
        words = ["white"] if self.is_white else [f"going on over {self.correlation_length:.1f} pixels"]
        if self.levels.shape[1] >= 2 * _ENDS:
            means = self.levels.mean(0)
            dark, bright = float(means[:_ENDS].mean()), float(means[-_ENDS:].mean())
            if max(dark, bright) > _VARIED * min(dark, bright):
                where = "lights" if bright > dark else "shadows"
                words.append(f"stronger in the {where} ({255 * dark:.0f}/255 to {255 * bright:.0f}/255)")
        return ", ".join(words)

    def __str__(self) -> str:
        """The level and what the noise is like, in words."""
        if self.sigma < _FAINT:
            return "no noise to speak of"
        sure = "" if self.trust > TRUSTED or self.is_white else "; not sure, because little is flat"
        return f"{255 * self.sigma:.1f}/255, {self.character()}{sure}"


@torch.no_grad()
def estimate_noise(picture: Tensor) -> NoiseEstimate:
    r"""The noise of a picture whose camera and processing are not known.

    Blocks of 16x16 pixels of a channel are sorted by brightness. In each of twelve bins and eight bands of frequencies
    the least energies of blocks tell which share of them is flat, and how strong noise is there: what the energies of
    flat blocks are spread like is known, chi squared. A network that knows texture from noise
    (:class:`preimage.denoisers.NoiseLevelNetwork`) looks at the picture as it is and made 2 and 4 times smaller; noise
    far beyond what it tells is texture. Where it tells about the same at all scales, the noise is white; where flat
    blocks have no more energy at coarse frequencies than at fine ones, it is, too, and other scales are not looked at.

    Args:
        picture: (C, H, W), in [0, 1]: grey, colour, or bands.

    Raises:
        ShapeError: the picture has another shape, or is not of real floating-point numbers.
    """
    check_single(picture)
    y = picture.cpu()
    finest = find_white_noise(y)
    white = finest.sigma
    if min(y.shape[-2:]) < _SIDE:
        none, zeros = y.new_zeros(len(y), 0), y.new_zeros(len(y))
        return NoiseEstimate(white, True, none, none, zeros, zeros + white**2, none[0], none[0], 1.0, 0.0, finest)
    table = LevelTable.of(band_energies(y))
    octaves = OctaveLevels((finest,)) if table.is_even() else octave_levels(y, finest)
    table = table.within(_caps(octaves))
    is_white = not (octaves.grow or (octaves.may_grow and table.is_coarse()))
    variances = table.white() if is_white else table.total()
    spectrum = torch.ones_like(table.spectrum()) if is_white else table.spectrum()
    sigma = white if is_white else table.mean(variances)
    if is_white and float(variances.sum()) > 0:
        variances = variances * (white**2 / max(table.mean(variances) ** 2, 1e-30))
    gain, offset = fit_lines(table.brightness, variances)
    return NoiseEstimate(
        sigma, is_white, table.brightness.to(y), variances.sqrt().to(y), gain.to(y), offset.to(y),
        band_middles().to(y), spectrum.to(y), math.sqrt(max(1.0, float(spectrum[0]))), table.trust(), finest,
    )  # fmt: skip


def _caps(octaves: OctaveLevels) -> Tensor:
    """The most energy of a coefficient in each band, (K,)."""
    middles, caps = band_middles(), []
    for frequency in middles.tolist():
        scale = 0 if frequency >= 0.25 else 1 if frequency >= 0.125 else 2
        level = octaves.levels[min(scale, len(octaves.levels) - 1)]
        caps.append((_ABOVE * level.high) ** 2)
    return torch.tensor(caps, dtype=torch.float64)
