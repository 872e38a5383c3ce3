"""How strong the noise of a picture is, and how sure that is."""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage import zoo
from preimage.blind.luma import LUMA, luma
from preimage.denoisers import NoiseLevelNetwork, estimate_sigma

__all__ = ["WhiteNoiseEstimate", "find_white_noise", "find_white_noise_in", "inside", "is_drawn", "step_of"]

_SIDE, _MOST = 96, 16  # crops that the network looks at, and how many
_PAPER = 0.35  # of the samples are neither paper nor ink
_TILES = 16384  # of 16x16 pixels that tell whether a picture was drawn, at most about
_GLANCED = 32  # rows whose values may tell
_SMALL = 8  # sides that are too small for it
_SPREAD = 2.0  # standard deviations of log level that are believed
_FLOOR = 0.08  # the least standard deviation of log level: what all crops have wrong alike
_SURE = 0.3  # standard deviation of log level up to which nothing is held back


@dataclass(frozen=True)
class WhiteNoiseEstimate:
    """A standard deviation in image units, and the interval in which it is believed to be.

    Attributes:
        less: what to remove where it is not sure: noise that is left does less harm than detail that is lost.
        more: what to reckon with where small errors of the picture become large ones of the result.
    """

    sigma: float
    low: float
    high: float
    less: float
    more: float

    @property
    def is_sure(self) -> bool:
        """Whether the interval is narrow: within a third of the level, or a step of 8 bits, to both sides."""
        return self.high - self.low <= max(2 / 255, 0.67 * self.sigma)

    def scaled(self, factor: float) -> "WhiteNoiseEstimate":
        """All levels times ``factor``."""
        return WhiteNoiseEstimate(*(value * factor for value in dataclasses.astuple(self)))

    def notes(self) -> tuple[str, ...]:
        """What the user should know."""
        if self.is_sure:
            return ()
        return (
            f"the noise level is not sure: {255 * self.low:.1f}/255 to {255 * self.high:.1f}/255, because texture and "
            "noise look alike here; --sigma tells it",
        )


def find_white_noise(y: Tensor) -> WhiteNoiseEstimate:
    """The noise of the picture or mosaic ``y`` (C, H, W), at most about [0, 1].

    A network trained on pictures of every kind (:class:`preimage.denoisers.NoiseLevelNetwork`) knows texture, drawings,
    text and borders from noise. :func:`preimage.denoisers.estimate_sigma`, which is more exact and taken in by all of
    these, is asked too, and believed where it agrees. What rounding alone would leave is no noise.
    """
    found = _found(y)
    if y.shape[0] != 3:
        return found
    # JPEG and cameras smooth colour more than brightness, so that the colours seem free of noise.
    bright, part = _found(luma(y)), math.hypot(*LUMA)
    if not bright.is_sure or bright.low / part <= 2 * found.sigma + 1 / 255:
        return found
    return WhiteNoiseEstimate(*(value / part for value in dataclasses.astuple(bright)))


def find_white_noise_in(blocks: Sequence[Tensor]) -> WhiteNoiseEstimate:
    """The noise of parts of a picture, (C, H, W) and at least 8x8 each: of sixteen of them, spread evenly."""
    chosen = torch.stack([blocks[int(i)] for i in torch.linspace(0, len(blocks) - 1, min(len(blocks), _MOST))])
    return _agreed(chosen, float(estimate_sigma(chosen).median()))


def _found(y: Tensor) -> WhiteNoiseEstimate:
    exact = float(estimate_sigma(y[None])[0])
    if is_drawn(y):
        return WhiteNoiseEstimate(0.0, 0.0, 0.0, 0.0, 0.0)
    if min(y.shape[-2:]) < _SMALL:
        return WhiteNoiseEstimate(exact, 0.0, 2 * exact, exact / 2, exact)
    return _agreed(_crops(inside(y), _SIDE, _MOST), exact)


def _agreed(crops: Tensor, exact: float) -> WhiteNoiseEstimate:
    """What the network tells of ``crops``, and in part ``exact``, what the other estimator tells of the picture.

    Both are logarithms with an error. That of ``exact`` is texture that it cannot tell from noise, about 1.5/255 in
    grey pictures; what is further off than the network's error is taken for such texture.
    """
    gain = _gain(crops)
    t, s = _pooled(*_seen(gain * crops))
    other = float(NoiseLevelNetwork.target(torch.tensor(gain * exact)))
    texture = (0.5 if crops.shape[1] == 3 else 1.5) * math.exp(-other)
    if abs(other - t) <= max(0.15, s):
        weight = max(s, 0.08) ** 2 / (max(s, 0.08) ** 2 + (0.05 + texture) ** 2)
        t = (1 - weight) * t + weight * other
    step = step_of(crops)

    def level(t: float) -> float:
        found = float(NoiseLevelNetwork.sigma(torch.tensor(t))) / gain
        return math.sqrt(max(0.0, found**2 - step**2 / 12))

    low, less, sigma, high = (level(t - k) for k in (_SPREAD * s, max(0.0, s - _SURE), 0.0, -_SPREAD * s))
    return WhiteNoiseEstimate(sigma, low, high, less, max(sigma, min(exact, high)))


def step_of(crops: Tensor, least: float = 0.0) -> float:
    """The least difference of two values of a channel: the step to which they were rounded.

    Args:
        crops: (N, C, H, W).
        least: what is less need not be exact: then that of some of the rows, which is no less than that of all, may do.
    """
    rows = crops.shape[-2]
    if least > 0 and rows > _GLANCED:
        step = step_of(crops[..., :: math.ceil(rows / _GLANCED), :])
        if 0 < step < least:
            return step
    gaps = [
        values.diff().min() for values in (channel.unique() for channel in crops.transpose(0, 1)) if len(values) > 1
    ]
    return float(torch.stack(gaps).min()) if gaps else 0.0


def _gain(y: Tensor) -> float:
    """A factor that brings dark pictures into the range that the network knows."""
    peak = float(y.abs().amax())
    return 1 / peak if 0 < peak < 0.5 else 1.0


def is_drawn(y: Tensor) -> bool:
    """Whether strips of exactly one colour are all over the picture (C, H, W), as in drawings, text and screenshots.

    A strip is five samples long in each of the four phases (so that mosaics have them, too), which noise, even where it
    is clipped, does not leave in one colour once in a million. The picture has no noise where at least half of its
    16x16 tiles that are not of one colour hold one. Borders are whole tiles, but for their edges. Where more than a
    third of the samples are neither the darkest nor the brightest there are, strips of these two do not count: they
    may be what clipping left of an overexposed photograph. With fewer, they are paper and ink.
    """
    height, width = (n // 16 * 16 for n in y.shape[-2:])
    if min(height, width) == 0:
        return False
    every = math.ceil(math.sqrt(height // 16 * (width // 16) / _TILES))
    tiles = y[:, :height, :width].unfold(1, 16, 16 * every).unfold(2, 16, 16 * every)
    # Phase by phase: (4 C, rows, columns, 8, 8).
    tiles = tiles.unflatten(4, (8, 2)).unflatten(3, (8, 2)).permute(0, 4, 6, 1, 2, 3, 5).flatten(0, 2)
    varied = (tiles != tiles[..., :1, :1]).flatten(3).any(3).any(0)
    between = (tiles > tiles.amin()) & (tiles < tiles.amax())
    if float(between.double().mean()) < _PAPER:
        between = torch.ones_like(between)

    def held(phases: Tensor) -> int:
        strips = torch.zeros_like(varied)
        for axis in (-2, -1):
            same = (phases.diff(dim=axis) == 0).all(0) & between.any(0).narrow(axis, 0, 7)
            strips |= same.unfold(axis, 4, 1).all(-1).flatten(2).any(2)
        return int((strips & varied).sum())

    least = 0.5 * int(varied.sum())
    # Each phase alone has at least the strips of all, and few in a photograph.
    return least > 0 and held(tiles[:1]) >= least and held(tiles) >= least


def inside(y: Tensor) -> Tensor:
    """``y`` without rows and columns of one colour at its edges; two of each stay together, for mosaics."""
    for axis, other in ((-2, -1), (-1, -2)):
        varied = (y != y.narrow(other, 0, 1)).any(other).any(0).nonzero()[:, 0]
        if len(varied) and (size := int(varied[-1]) + 1 - int(varied[0]) // 2 * 2) >= _SMALL:
            y = y.narrow(axis, int(varied[0]) // 2 * 2, size)
    return y


def _crops(y: Tensor, side: int, most: int) -> Tensor:
    """Crops (N, C, h, w) on a regular grid, that begin at even rows and columns so that the phase of a mosaic stays."""
    tall, wide = (min(side, n // 2 * 2) for n in y.shape[-2:])
    rows, columns = y.shape[-2] // tall, y.shape[-1] // wide
    share = min(1.0, math.sqrt(most / (rows * columns)))
    tops, lefts = (
        [int(v) // 2 * 2 for v in torch.linspace(0, n - size, max(1, round(count * share)))]
        for n, size, count in ((y.shape[-2], tall, rows), (y.shape[-1], wide, columns))
    )
    return torch.stack([y[:, i : i + tall, j : j + wide] for i in tops for j in lefts])


def _seen(crops: Tensor) -> tuple[Tensor, Tensor]:
    """What the network tells of the crops that are not of one colour, unless all are."""
    flat = (crops == crops[..., :1, :1]).flatten(1).all(1)
    return _told(crops if bool(flat.all()) else crops[~flat])


def _told(crops: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of the logarithm of the level of each crop."""
    colour = crops.shape[1] == 3
    network = zoo.load_noise_level("noise-level-color" if colour else "noise-level-grey")
    pictures = crops if colour else crops.flatten(0, 1)[:, None]
    with torch.no_grad():
        t, s = (v.double().unflatten(0, (len(crops), -1)) for v in network(pictures.to("cpu", torch.float32)))
    # Channels of another number than three are looked at one by one, and their variances averaged.
    return NoiseLevelNetwork.target(NoiseLevelNetwork.sigma(t).square().mean(1).sqrt()), s.mean(1)


def _pooled(t: Tensor, s: Tensor) -> tuple[float, float]:
    """The weighted median of ``t``, and its standard error: that of the crops told, or that of their scatter."""
    order = t.argsort()
    weights = s.pow(-2)[order].cumsum(0)
    middle = t[order][int(torch.searchsorted(weights, weights[-1] / 2))]
    told = float(s.pow(-2).sum().rsqrt())
    scatter = float((s.pow(-2) * (t - middle).square()).sum() / s.pow(-2).sum()) ** 0.5 / math.sqrt(len(t))
    return float(middle), max(told, scatter, _FLOOR)
