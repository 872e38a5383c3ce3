"""A data term that does not see all measurements."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from preimage._tree import Measurement, tree_map
from preimage.fidelity import Measured
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
        measured = Measured.of(physics, y)
        self.physics = physics
        self._seen = measured.seen
        self.y = measured.y
        self.held = held

    @override
    def derive(self) -> Mapping[str, Any]:
        return {"_seen": self.physics.seen(self.y)}

    @property
    def kept(self) -> Measured:
        """The measurements that are not held out."""
        return self._parts()[0]

    def forward(self, x: Tensor) -> Tensor:
        """``nll`` of the measurements that are not held out, (B,); those held out are taken as predicted exactly."""
        return self.kept.nll(self.physics.A(x))

    def grad(self, x: Tensor) -> Tensor:
        """``J(x)^H`` of the gradient of ``nll``, zero where held out."""
        z, pull = self.physics.pullback(x)
        return pull(self.kept.slope(z))

    def value_and_grad(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Both from one ``A(x)``."""
        (z, pull), kept = self.physics.pullback(x), self.kept
        return kept.nll(z), pull(kept.slope(z))

    def held_error(self, x: Tensor) -> Tensor:
        """Mean squared error of the prediction of the measurements held out, (B,)."""
        return self._parts()[1].error(x)

    def _parts(self) -> tuple[Measured, Measured]:
        return Measured(self.physics, self.y, self._seen).split(self.held)

    @classmethod
    def draw(cls, physics: Physics, y: Measurement, share: float, seed: int) -> "PartialLikelihood":
        """Hold out about ``share`` of the measurements, at random, the same ones in every sample."""
        rng = seeded_generator(seed, "held out")
        held = tree_map(lambda leaf: (torch.rand(leaf[:1].shape, generator=rng) < share).to(leaf.device), y)
        return cls(physics, y, held)
