"""Pixels that are stuck at black or white."""

import torch
from torch import Tensor

from preimage._ranges import check_number, holds_everywhere
from preimage._shapes import per_image
from preimage._tree import Measurement, sum_leaves, tree_map
from preimage.errors import ArgumentError, ShapeError
from preimage.physics.noise.base import ProximableNoise, draw_uniform, require_real

__all__ = ["SaltPepperNoise"]


class SaltPepperNoise(ProximableNoise):
    r"""``y = low`` with probability ``pepper``, ``high`` with probability ``salt``, and else ``z``, entry by entry.

    ``nll`` is that of the probability: ``-log pepper`` for an entry of ``low`` (``-log(1 - salt)`` where ``z`` is
    ``low``, too), likewise for ``high``, and else ``-log(1 - pepper - salt)`` where ``y = z`` exactly and infinite
    where not. So it is of no use to descent; its prox takes over what was kept and leaves the rest alone. With the
    noise goes a mean of ``(1 - pepper - salt) z + pepper low + salt high``.

    Args:
        pepper: probability of ``low``, a float >= 0 or (B,).
        salt: probability of ``high``, likewise; below one together with ``pepper``.
        low, high: the values, in image units.

    Shapes: any real ``z``; ``y`` is like it.

    Raises:
        ArgumentError: a probability is below zero, or they sum to one or more.

    Source: the definition.
    """

    def __init__(
        self, pepper: float | Tensor = 0.025, salt: float | Tensor = 0.025, low: float = 0.0, high: float = 1.0
    ) -> None:
        super().__init__()
        for name, value in (("pepper", pepper), ("salt", salt)):
            check_number(name, value, "give a probability", zero=True)
        if not holds_everywhere(torch.as_tensor(pepper) + torch.as_tensor(salt) < 1):
            raise ArgumentError(
                f"`pepper` + `salt` must be below 1, got {pepper} and {salt}; something has to be left of the image."
            )
        self.pepper = pepper
        self.salt = salt
        self.low = low
        self.high = high

    @property
    def is_convex(self) -> bool:
        """It is not: one value is likelier than all others."""
        return False

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        if z.is_complex():
            raise ShapeError(f"black and white need a real measurement, got {z.dtype}; take its real part.")
        chance = draw_uniform(z, rng)
        kept = torch.where(chance >= 1 - per_image(self.salt, z), self.high, z)
        return torch.where(chance < per_image(self.pepper, z), self.low, kept)

    def _costs(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """``-log p`` of every entry of ``y`` where ``z`` equals it, and where it does not."""
        pepper, salt = per_image(self.pepper, y), per_image(self.salt, y)
        stuck = torch.where(y == self.low, pepper, 0) + torch.where(y == self.high, salt, 0)
        return -(1 - pepper - salt + stuck).log(), -stuck.log()

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``-log p(y | z)``, (B,); infinite where an entry is neither ``low``, ``high`` nor that of ``z``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            equal, other = self._costs(b)
            return torch.where(a == b, equal, other) + 0 * a

        return sum_leaves(one, z, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """Zero: ``nll`` is flat where it is finite. What moves ``z`` is the prox."""
        return tree_map(torch.zeros_like, z)

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Require real numbers.

        Raises:
            ShapeError: ``y`` is complex.
        """
        tree_map(lambda leaf: require_real(leaf, "pixels"), y)

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """``y`` where that costs less than staying at ``z``: wherever it was kept, and near ``z`` where it is stuck."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            equal, other = self._costs(b)
            moved = (a - b).square() / 2 <= per_image(step, a) * (other - equal)
            return torch.where(moved, b, a)

        return tree_map(one, z, y)

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """``<u, y> + log(1 - pepper - salt)`` over what was kept, (B,); infinite unless ``u`` is zero on the rest."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            equal, other = self._costs(b)
            return torch.where(other.isfinite() & (a != 0), torch.inf, a * b - equal)

        return sum_leaves(one, u, y)
