"""A part of a measurement, and the physics of that part."""

import torch
from torch import Tensor

from preimage._tree import Measurement
from preimage.errors import CapabilityError, ShapeError
from preimage.fidelity import Measured
from preimage.loss.inputs import LossInputs
from preimage.physics import Inpainting, LinearPhysics, Physics
from preimage.physics.generators import SplittingMaskGenerator

__all__ = [
    "MaskedPhysics",
    "mask_physics",
    "measured_image",
    "require_denoising",
    "same_split",
    "seen_mask",
    "split_by",
]


class MaskedPhysics(Physics):
    """``mask * A(x)`` for an operator that is not linear.

    Args:
        physics: the operator, and the noise.
        mask: ones and zeros that broadcast to its measurement.
    """

    def __init__(self, physics: Physics, mask: Tensor) -> None:
        super().__init__(physics.noise)
        self.physics = physics
        self.mask = mask

    def A(self, x: Tensor) -> Tensor:
        """The measurement, zero where the mask is."""
        return self.mask * self.physics.A(x)

    def seen(self, y: Tensor) -> Tensor:
        """Those that the mask keeps of what the operator sees."""
        seen = self.physics.seen(y)
        return self.mask != 0 if seen is None else seen & (self.mask != 0)


def mask_physics(physics: Physics, mask: Tensor) -> Physics:
    """``M A`` under the noise of ``physics``; closed forms of ``A`` survive where the product has them.

    Args:
        physics: ``A`` and its noise.
        mask: booleans like the measurement, (B, ...).
    """
    weights = mask.to(torch.get_default_dtype())
    if not isinstance(physics, LinearPhysics):
        return MaskedPhysics(physics, weights)
    return (Inpainting(weights) @ physics).with_noise(physics.noise)


def measured_image(inputs: LossInputs, loss: str) -> Measured:
    """The measurement, which must be one tensor with a channel and at least one more axis.

    Raises:
        ShapeError: it is a tuple, or has fewer axes.
    """
    y: Measurement = inputs.y
    if not isinstance(y, Tensor):
        raise ShapeError(f"`y` must be one tensor for {loss}, got a tuple; take one sensor of the stack.")
    if y.ndim < 3:
        raise ShapeError(f"`y` must be (B, C, ...) for {loss}, got {tuple(y.shape)}; add the missing dimensions.")
    return Measured.of(inputs.physics, y)


def require_denoising(physics: Physics, y: Measurement, subject: str) -> None:
    """Require that the measurement is the image with noise, ``A x = x``.

    Raises:
        CapabilityError: the operator is another.
    """
    mask = physics.pixel_mask(y) if isinstance(physics, LinearPhysics) else None
    if mask is None or not bool((mask == 1).all()):
        raise CapabilityError(
            f"`physics` must be Denoising for {subject}, got {type(physics).__name__}; SplittingLoss is for other "
            "operators."
        )


def seen_mask(measured: Measured) -> Tensor:
    """Which entries of the measurement count, booleans of its shape."""
    whole = torch.ones_like(measured.y.real, dtype=torch.bool)
    return whole if measured.seen is None else measured.seen & whole


def split_by(
    generator: SplittingMaskGenerator, measured: Measured, rng: torch.Generator | None
) -> tuple[Tensor, Tensor]:
    """Two booleans of the shape of the measurement: what is shown, and what is kept back to judge by."""
    seen = seen_mask(measured)
    kept = generator.split(seen, rng) & seen
    return kept, seen & ~kept


def same_split(
    generator: SplittingMaskGenerator, measured: Measured, seed: int, index: int
) -> tuple[Tensor, torch.Generator]:
    """What is shown in split ``index``, and a generator for what else is drawn in it.

    All samples draw the same numbers, so that none moves another's.
    """
    key = (seed * 0x9E3779B1 + index) & 0xFFFFFFFF
    rng = torch.Generator().manual_seed(key)
    parts = []
    for row in range(len(measured.y)):
        one, seen = slice(row, row + 1), measured.seen
        seen = seen if seen is None or seen.ndim < measured.y.ndim or len(seen) == 1 else seen[one]
        sample = Measured(measured.physics, measured.y[one], seen)
        parts.append(split_by(generator, sample, rng.manual_seed(key))[0])
    kept = torch.cat(parts) if parts else torch.ones_like(measured.y.real, dtype=torch.bool)
    return kept, torch.Generator().manual_seed(key ^ 0x5BD1E995)
