"""A measurement in two parts: one that a model may learn from, and one that judges it."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._seen import count_seen
from preimage._tree import Measurement, leaves, squared_modulus, tree_map
from preimage.errors import CapabilityError
from preimage.fidelity import Measured
from preimage.loss.recorruption.choice import split_measurement
from preimage.loss.splitting.masking import mask_physics, split_by
from preimage.physics import LinearPhysics, NoNoise, Physics
from preimage.physics.generators import (
    BernoulliSplittingMaskGenerator,
    GaussianSplittingMaskGenerator,
    SplittingMaskGenerator,
)

__all__ = ["HeldOutPart", "entry_masks", "hold_out", "is_undersampled"]

# The share of the entries that is shown, and how much noisier Gaussian and photon noise make what is shown.
_SHOWN = 0.9
_ALPHA = {True: 0.5, False: 0.2}


@dataclass(frozen=True)
class HeldOutPart:
    """What a model is shown, and what its reconstruction is compared with, which is independent given the image.

    Attributes:
        y: what is shown.
        physics: the operator and the noise of what is shown.
        by_entries: whether entries were held out; else noise was added to what is shown, and is missing in the target.
        target: what judges.
        operator: what predicts ``target`` from an image.
        judged: which entries of ``target`` count: for each tensor booleans, or ``None`` for all.
    """

    y: Measurement
    physics: Physics
    by_entries: bool
    target: Measurement
    operator: Physics
    judged: Measurement

    @torch.no_grad()
    def errors(self, model: Callable[[Measurement, Physics], Tensor]) -> tuple[Tensor, float]:
        """``|A x_hat - target|^2`` of every entry that counts, one after the other, and the sum of those shown.

        Entries that were shown do not judge, but what fits them worse has lost what was known: where the middle of a
        spectrum is always shown, nothing else tells of brightness. The sum is 0 where noise was added instead.
        """
        predicted = self.operator.A(model(self.y, self.physics))
        squares = leaves(tree_map(lambda a, b: squared_modulus(a - b), predicted, self.target))
        masks, seen = leaves(self.judged), leaves(self.operator.seen(self.target))
        judged = [s.flatten() if m is None else s[m.expand_as(s)] for s, m in zip(squares, masks, strict=True)]
        if not self.by_entries:
            return torch.cat(judged), 0.0
        every = sum(float((s if m is None else s * m).double().sum()) for s, m in zip(squares, seen, strict=True))
        return torch.cat(judged), max(0.0, every - sum(float(part.double().sum()) for part in judged))


def hold_out(y: Measurement, physics: Physics, rng: torch.Generator) -> HeldOutPart:
    """Split a measurement in two.

    Where there are fewer numbers than the image has, or no noise, a tenth of the entries is held out: these tell of
    what the operator does not see, too. Else Gaussian or Poisson noise is split: more of it is added to what is shown,
    in such a way that the target has noise independent of that (:mod:`preimage.loss.recorruption`).

    Args:
        y: the measurement.
        physics: what made it, with its noise.
        rng: draws what is held out.

    Raises:
        CapabilityError: neither is possible.
    """
    levels = [noise.gaussian_sigma for noise in physics.noise.parts]
    if all(level is not None and not bool((torch.as_tensor(level) != 0).any()) for level in levels):
        physics = physics.with_noise(NoNoise())  # Gaussian noise of level zero has no likelihood
    alpha = _split_strength(physics)
    if alpha is not None and not (entry_masks(y) is not None and is_undersampled(y, physics)):
        split = split_measurement(y, physics, alpha, None, rng)
        return HeldOutPart(split.shown, split.physics, False, split.target, physics, physics.seen(y))
    generator = entry_masks(y, _SHOWN)
    if generator is None:
        raise CapabilityError(
            "`y` must have entries on a grid, (B, C, ...), or Gaussian or Poisson noise, for a part of it to be held "
            f"out, got {type(physics).__name__} with {type(physics.noise).__name__}; give the noise to the physics."
        )
    measured = Measured.of(physics, y)
    kept, held = split_by(generator, measured, rng)
    return HeldOutPart(torch.where(kept, measured.y, 0), mask_physics(physics, kept), True, y, physics, held)


def entry_masks(y: Measurement, ratio: float = _SHOWN) -> SplittingMaskGenerator | None:
    """The law of masks of entries that suits a measurement; ``None`` where its entries are not on a grid.

    Complex measurements are taken for spectra, whose middle is always shown.
    """
    if not isinstance(y, Tensor) or y.ndim < 3:
        return None
    shape = tuple(y.shape[1:])
    if y.is_complex() and y.ndim >= 4:
        return GaussianSplittingMaskGenerator(shape, ratio)
    return BernoulliSplittingMaskGenerator(shape, ratio)


def is_undersampled(y: Measurement, physics: Physics) -> bool:
    """Whether there are fewer numbers than unknowns."""
    if not isinstance(physics, LinearPhysics):
        return False
    x = physics.A_adjoint(y)
    unknowns = x[:1].numel() * (2 if x.is_complex() else 1)
    return bool((count_seen(y, physics.seen(y)) < 0.99 * unknowns).any())


def _split_strength(physics: Physics) -> float | None:
    """The ``alpha`` of a split of the noise; ``None`` where it has none, or cannot be split."""
    levels = [noise.gaussian_sigma for noise in physics.noise.parts]
    if all(level is not None for level in levels):
        return _ALPHA[True] if all(bool((torch.as_tensor(level) > 0).all()) for level in levels) else None
    return _ALPHA[False] if all(noise.counts is not None for noise in physics.noise.parts) else None
