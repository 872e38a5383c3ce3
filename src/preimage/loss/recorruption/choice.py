"""The recorruption that fits a noise, and measurements split by it."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage._tree import Measurement, tree_map
from preimage.errors import CapabilityError
from preimage.loss._entries import noise_by_tensor
from preimage.loss.recorruption.base import Recorruption
from preimage.loss.recorruption.binomial import BinomialRecorruption
from preimage.loss.recorruption.gamma import GammaRecorruption
from preimage.loss.recorruption.gaussian import GaussianRecorruption
from preimage.loss.recorruption.poisson import PoissonRecorruption
from preimage.physics import Physics
from preimage.physics.noise import Noise

__all__ = ["SplitMeasurement", "recorruption_of", "split_alike", "split_measurement"]


@dataclass(frozen=True)
class SplitMeasurement:
    """A measurement split in two.

    Attributes:
        shown: ``y1``, for the model.
        target: ``y2``, to judge its result by.
        variance: an unbiased estimate of the variance of each entry of ``target``.
        physics: the physics of ``shown``: the same operator under its noise.
    """

    shown: Measurement
    target: Measurement
    variance: Measurement
    physics: Physics


def recorruption_of(noise: Noise, alpha: float) -> Recorruption:
    """The recorruption of white Gaussian noise, of counts, of speckle, or of trials.

    Args:
        noise: the noise of ``y``.
        alpha: the parameter of the recorruption; > 0 for Gaussian noise, else in (0, 1).

    Raises:
        CapabilityError: for any other noise.
        ArgumentError: ``alpha`` is out of its range.
    """
    if noise.gaussian_sigma is not None:
        return GaussianRecorruption(noise.gaussian_sigma, alpha)
    law = noise.counts
    if law is not None:
        return PoissonRecorruption(law.gain, alpha, law.background)
    if noise.speckle_looks is not None:
        return GammaRecorruption(noise.speckle_looks, alpha)
    if noise.binary_trials is not None:
        return BinomialRecorruption(noise.binary_trials, alpha)
    raise CapabilityError(
        f"`noise` must be Gaussian, Poisson, Gamma or binomial noise to be recorrupted, got {type(noise).__name__}; "
        "take another loss, or LearnedR2RLoss where the noise is unknown."
    )


def split_measurement(
    y: Measurement, physics: Physics, alpha: float, noise: Noise | None, rng: torch.Generator | None
) -> SplitMeasurement:
    """Split ``y`` at random; ``noise`` is that of ``y``, by default that of the physics."""
    kinds = _kinds(y, physics, alpha, noise)
    pairs = tree_map(lambda kind, leaf: [*kind.split(leaf, rng)], kinds, y)  # a list is no branch of a tree
    variance = tree_map(lambda kind, leaf: kind.target_variance(leaf).expand(leaf.shape), kinds, y)
    shown, target = (tree_map(lambda pair, k=k: pair[k], pairs) for k in (0, 1))
    return SplitMeasurement(shown, target, variance, _noisier(physics, alpha, noise))


def split_alike(
    y: Measurement, physics: Physics, alpha: float, noise: Noise | None, seed: int
) -> tuple[Measurement, Physics]:
    """``y1`` and its physics, with the same random numbers for every image; they follow from ``seed``."""

    def shown(kind: Recorruption, leaf: Tensor) -> Tensor:
        rows = (slice(index, index + 1) for index in range(len(leaf)))
        parts = [_row(kind, row, len(leaf)).split(leaf[row], torch.Generator().manual_seed(seed))[0] for row in rows]
        return torch.cat(parts) if parts else leaf

    return tree_map(shown, _kinds(y, physics, alpha, noise), y), _noisier(physics, alpha, noise)


def _kinds(y: Measurement, physics: Physics, alpha: float, noise: Noise | None) -> Any:
    """The recorruption of each tensor of ``y``."""
    return noise_by_tensor(noise or physics.noise, y, lambda own: recorruption_of(own, alpha))


def _noisier(physics: Physics, alpha: float, noise: Noise | None) -> Physics:
    return physics.map_noise(lambda own: recorruption_of(noise or own, alpha).noise())


def _row(kind: Recorruption, row: slice, batch: int) -> Recorruption:
    """What splits image ``row`` of a batch."""
    fields = kind.fields().items()
    own = {name: value[row] for name, value in fields if isinstance(value, Tensor) and value.shape[:1] == (batch,)}
    return kind.replace(**own)
