"""Noise of random level: white, the same in all colours, or correlated between them; of light; and speckle."""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage.degradations.draws import Range, draw_index, draw_number, draw_seed, require_range
from preimage.degradations.step import DrawnStep, Pair, Step, drawn_per_sample
from preimage.errors import ArgumentError, ShapeError
from preimage.physics import Decolorize, PoissonNoise
from preimage.physics.noise.base import draw_normal

__all__ = [
    "DrawnGaussian",
    "DrawnPoisson",
    "DrawnSpeckle",
    "GaussianNoiseStep",
    "PoissonNoiseStep",
    "SpeckleStep",
]

Mixture = tuple[tuple[float, ...], ...]  # a 3x3 matrix, or nothing
Colours = Literal["white", "grey"]
_LARGEST = 25 / 255  # standard deviation, at most, of the correlated noise of the publications


def _draw_unit(like: Tensor, seed: int, mixture: Mixture, grey: bool) -> Tensor:
    """Normal noise of variance one, or that of the mixture, shaped like ``like``, by a generator for each sample."""
    channels = 1 if grey else like.shape[1]
    noise = drawn_per_sample(like[:, :channels], seed, draw_normal)
    if not mixture:
        return noise.expand_as(like)
    matrix = like.new_tensor(mixture)
    if like.shape[1] == 1:
        return noise * matrix.square().sum(1).mean().sqrt()
    if like.shape[1] != 3:
        raise ShapeError(f"`image` must be grey or RGB for correlated noise, got {like.shape[1]} channels; convert it.")
    return torch.einsum("ij,bjhw->bihw", matrix, noise)


@dataclass(frozen=True)
class DrawnGaussian(DrawnStep):
    """``y = x + level n``, or ``x + M n``, with normal noise ``n`` that its seed gives again.

    Args:
        level: standard deviation in image units, >= 0.
        seed: sample ``b`` of a batch takes ``seed + b``.
        grey: whether the noise is the same in all colours.
        mixture: the 3x3 matrix ``M`` in place of the level, or nothing. Grey pictures get its mean variance.
    """

    level: float
    seed: int
    grey: bool = False
    mixture: Mixture = ()

    def __post_init__(self) -> None:
        check_level("level", self.level, "give a standard deviation in image units", zero=True)

    def apply(self, pair: Pair) -> Pair:
        """Add the noise to the degraded picture."""
        noise = _draw_unit(pair.degraded, self.seed, self.mixture, self.grey)
        return pair._replace(degraded=pair.degraded + (noise if self.mixture else self.level * noise))


@dataclass(frozen=True)
class DrawnSpeckle(DrawnStep):
    """``y = x + x level n``, or ``x + x M n``: as :class:`DrawnGaussian`, in proportion to the picture.

    Args:
        level: standard deviation relative to the picture, >= 0.
        seed: sample ``b`` of a batch takes ``seed + b``.
        grey: whether the noise is the same in all colours.
        mixture: the 3x3 matrix ``M`` in place of the level, or nothing. Grey pictures get its mean variance.
    """

    level: float
    seed: int
    grey: bool = False
    mixture: Mixture = ()

    def __post_init__(self) -> None:
        check_level("level", self.level, "give a standard deviation relative to the picture", zero=True)

    def apply(self, pair: Pair) -> Pair:
        """Add the noise to the degraded picture."""
        noise = _draw_unit(pair.degraded, self.seed, self.mixture, self.grey)
        relative = noise if self.mixture else self.level * noise
        return pair._replace(degraded=pair.degraded * (1 + relative))


@dataclass(frozen=True)
class DrawnPoisson(DrawnStep):
    """``y = x + strength (gain Poisson(x / gain) - x)``; of grey noise, that of the brightness in all colours.

    Args:
        gain: image units of one count, > 0.
        seed: sample ``b`` of a batch takes ``seed + b``.
        grey: whether the noise is the same in all colours.
        strength: 1 for photons; other values change the noise and nothing else, >= 0.
    """

    gain: float
    seed: int
    grey: bool = False
    strength: float = 1.0

    def __post_init__(self) -> None:
        check_level("gain", self.gain, "give image units a count")
        check_level("strength", self.strength, "give a factor of the noise", zero=True)

    def apply(self, pair: Pair) -> Pair:
        """Add the noise to the degraded picture."""
        x = pair.degraded
        light = Decolorize().A(x) if self.grey and x.shape[1] == 3 else x
        law = PoissonNoise(self.gain)
        counted = drawn_per_sample(light, self.seed, lambda sample, rng: law.sample(sample, rng))
        return pair._replace(degraded=x + self.strength * (counted - light))


@dataclass(frozen=True)
class _NormalStep(Step):
    """What Gaussian noise and speckle have in common.

    Args:
        level: range of the standard deviation, in units of 1/255.
        weights: the probabilities, up to a factor, of white noise, of noise that is the same in all colours, and of
            noise that is correlated between them. The covariance of the last is ``L^2 U^T D U`` with ``L = 25/255`` (or
            the end of ``level``, if that is smaller), a random rotation ``U``, and ``D`` uniform in [0, 1].

    Raises:
        ArgumentError: the range is none.
    """

    level: Range = (2.0, 25.0)
    weights: tuple[float, float, float] = (0.4, 0.4, 0.2)

    def __post_init__(self) -> None:
        require_range(self.level, "level")
        if len(self.weights) != 3 or not min(self.weights) >= 0 or not sum(self.weights) > 0:
            raise ArgumentError(f"`weights` must be three proportions, got {self.weights}; one for each kind of noise.")

    def _numbers(self, rng: torch.Generator) -> tuple[float, int, bool, Mixture]:
        kind, level, seed = draw_index(self.weights, rng), draw_number(self.level, rng) / 255, draw_seed(rng)
        if kind < 2:
            return level, seed, kind == 1, ()
        turn = torch.linalg.qr(torch.randn(3, 3, generator=rng, dtype=torch.float64)).Q
        scale = min(_LARGEST, self.level[1] / 255) * torch.rand(3, generator=rng, dtype=torch.float64).sqrt()
        mixture = turn.mT @ torch.diag(scale)
        return level, seed, False, tuple(map(tuple, mixture.tolist()))


@dataclass(frozen=True)
class GaussianNoiseStep(_NormalStep):
    """Additive normal noise of a random level, in 0..255, and kind: see the arguments."""

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw kind, level and seed."""
        return (DrawnGaussian(*self._numbers(rng)),)


@dataclass(frozen=True)
class SpeckleStep(_NormalStep):
    """Normal noise in proportion to the picture, of a random level and kind: see the arguments."""

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw kind, level and seed."""
        return (DrawnSpeckle(*self._numbers(rng)),)


@dataclass(frozen=True)
class PoissonNoiseStep(Step):
    """Photon noise of a random light.

    Args:
        counts: range of the photons of a white pixel; their logarithm is uniform.
        grey: probability that the noise is the same in all colours.
        strength: range of the factor of the noise, 1 for photons.

    Raises:
        ArgumentError: a range is none.
    """

    counts: Range = (1e2, 1e4)
    grey: float = 0.5
    strength: Range = (1.0, 1.0)

    def __post_init__(self) -> None:
        require_range(self.counts, "counts", 1e-3)
        require_range(self.strength, "strength")

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw the light, the kind, the strength and the seed."""
        low, high = map(math.log, self.counts)
        gain = math.exp(-draw_number((low, high), rng))
        grey = draw_number((0.0, 1.0), rng) < self.grey
        return (DrawnPoisson(gain, draw_seed(rng), grey, draw_number(self.strength, rng)),)
