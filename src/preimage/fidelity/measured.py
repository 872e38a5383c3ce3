"""What a measurement says: its numbers, which of them count, and how they were made."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._seen import count_seen, keep_seen, sum_seen
from preimage._tree import Measurement, subtract, tree_map
from preimage.fidelity.whitened import whiten
from preimage.physics import LinearPhysics, Physics

__all__ = ["Measured"]


@dataclass(frozen=True)
class Measured:
    """A measurement, the physics that made it, and which of its entries count. Made by :meth:`of`.

    Attributes:
        physics: ``A`` and its noise.
        y: the measurement, zero where ``physics`` measures nothing.
        seen: which entries count: for each tensor of ``y`` booleans that broadcast to it, ``None`` for every entry.
    """

    physics: Physics
    y: Measurement
    seen: Measurement

    @classmethod
    def of(cls, physics: Physics, y: Measurement) -> "Measured":
        """The measurement ``y`` of ``physics``; entries that it does not measure become zero, whatever they hold.

        Raises:
            ArgumentError: the noise never draws such a ``y`` (a negative count), or its level is zero.
        """
        seen = physics.seen(y)
        physics.noise.check_measurement(y, seen)
        return cls(physics, keep_seen(y, seen), seen)

    def count(self) -> Tensor:
        """How many real numbers count, (B,): a complex entry is two."""
        return count_seen(self.y, self.seen)

    def mean(self, values: Measurement) -> Tensor:
        """The sum of ``values`` over the entries that count, per real number of them, (B,); zero where none does."""
        return sum_seen(values, self.seen) / self.count().clamp_min(1)

    def residual(self, x: Tensor) -> Measurement:
        """``A x - y``, zero where entries do not count; of sensors in a stack, in units of their Gaussian noise."""
        residual = keep_seen(subtract(self.physics.A(x), self.y), self.seen)
        return whiten(self.physics.noise, residual) if isinstance(residual, tuple) else residual

    def error(self, x: Tensor) -> Tensor:
        """The mean of ``|A x - y|^2`` over the entries that count, (B,): how well ``x`` predicts them."""
        square = tree_map(lambda a, b: (a - b).abs().square(), self.physics.A(x), self.y)
        return sum_seen(square, self.seen) / count_seen(tree_map(torch.real, self.y), self.seen).clamp_min(1)

    def split(self, held: Measurement) -> "tuple[Measured, Measured]":
        """Two measurements: the entries for which the booleans ``held`` are false, and those for which they are true.

        ``held`` broadcasts to ``y``, and is a tuple where ``y`` is one.
        """
        kept = tree_map(lambda mask, seen: ~mask if seen is None else seen & ~mask, held, self.seen)
        rest = tree_map(lambda mask, seen: mask if seen is None else seen & mask, held, self.seen)
        return Measured(self.physics, self.y, kept), Measured(self.physics, self.y, rest)

    def nll(self, z: Measurement) -> Tensor:
        """``-log p(y | z)`` where entries do not count as if ``z`` had predicted them exactly, (B,)."""
        return self.physics.noise.nll(tree_map(_where, self.seen, z, self.y), self.y)

    def slope(self, z: Measurement) -> Measurement:
        """The gradient of :meth:`nll` in ``z``, zero where entries do not count."""
        return keep_seen(self.physics.noise.grad(z, self.y), self.seen)

    def pixels(self) -> tuple[Tensor, Tensor] | None:
        """The measurement as an image, zero where pixels are missing, and their mask: one where a pixel counts.

        The mask has the shape of the image, or (1, ...) where it is the same for all samples.
        ``None`` where the measurement is anything else than some pixels of the image, as they are.
        """
        physics, y = self.physics, self.y
        if not isinstance(physics, LinearPhysics) or not isinstance(y, Tensor):
            return None
        if physics.pixel_mask(y) is None and not _is_mask(physics, y):
            return None
        is_shared = self.seen is None or self.seen.ndim < y.ndim or self.seen.shape[0] == 1
        one = keep_seen(torch.ones_like(y[:1] if is_shared else y), self.seen)
        return physics.A_adjoint(keep_seen(y, self.seen)), physics.A_adjoint(one).real


def _where(seen: Tensor | None, z: Tensor, y: Tensor) -> Tensor:
    return z if seen is None else torch.where(seen, z, y)


def _is_mask(physics: LinearPhysics, y: Tensor) -> bool:
    """Whether an operator that does not tell its structure multiplies images by zeros and ones."""
    like = physics.A_adjoint(y)
    if like.shape != y.shape:
        return False
    mask = physics.A(torch.ones_like(like))
    # An operator that does so to a random image does so to all, with probability one.
    probe = torch.rand(like.real.shape, generator=torch.Generator().manual_seed(0)).to(like)
    return bool(((mask == 0) | (mask == 1)).all()) and torch.allclose(physics.A(probe), mask * probe)
