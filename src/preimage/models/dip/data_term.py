"""A data term that does not see all measurements."""

import torch
from torch import Tensor

from preimage._seen import keep_seen, sum_seen
from preimage._tree import Measurement, tree_map
from preimage.functional import Smooth
from preimage.models.dip.seeds import seeded_generator
from preimage.physics import Physics

__all__ = ["PartialLikelihood"]


class PartialLikelihood(Smooth):
    """The likelihood of some measurements; the others are held out, to see how well they are predicted.

    Args:
        physics: and its noise.
        y: all measurements; entries that ``physics`` does not measure count as zero.
        held: which of them are held out: booleans, (1, ...) for all samples, in a tuple where ``y`` is one.
    """

    def __init__(self, physics: Physics, y: Measurement, held: Measurement) -> None:
        super().__init__()
        self.physics = physics
        self._seen = physics.seen(y)
        physics.noise.check_measurement(y, self._seen)
        self.y = keep_seen(y, self._seen)
        self.held = held

    def forward(self, x: Tensor) -> Tensor:
        """``nll`` of the measurements that are not held out, (B,); those held out are taken as predicted exactly."""
        return self._nll(self.physics.A(x))

    def grad(self, x: Tensor) -> Tensor:
        """``J(x)^H`` of the gradient of ``nll``, zero where held out."""
        z, pull = self.physics.pullback(x)
        return pull(self._slope(z))

    def value_and_grad(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Both from one ``A(x)``."""
        z, pull = self.physics.pullback(x)
        return self._nll(z), pull(self._slope(z))

    def held_error(self, x: Tensor) -> Tensor:
        """Mean squared error of the prediction of the measurements held out, (B,)."""
        square = tree_map(lambda held, a, y: held * (a - y).abs().square(), self.held, self.physics.A(x), self.y)
        count = tree_map(lambda held, y: held.expand_as(y).to(y.real.dtype), self.held, self.y)
        return sum_seen(square, self._seen) / sum_seen(count, self._seen).clamp_min(1)

    def _nll(self, z: Measurement) -> Tensor:
        predicted = tree_map(lambda held, a, y: torch.where(held, y, a), self.held, z, self.y)
        return self.physics.noise.nll(predicted, self.y)

    def _slope(self, z: Measurement) -> Measurement:
        gradient = self.physics.noise.grad(z, self.y)
        return tree_map(lambda held, g: g.masked_fill(held, 0), self.held, gradient)

    @classmethod
    def draw(cls, physics: Physics, y: Measurement, share: float, seed: int) -> "PartialLikelihood":
        """Hold out about ``share`` of the measurements, at random, the same ones in every sample."""
        rng = seeded_generator(seed, "held out")
        held = tree_map(lambda leaf: (torch.rand(leaf[:1].shape, generator=rng) < share).to(leaf.device), y)
        return cls(physics, y, held)
