"""Independent noises of stacked measurements."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from preimage._tree import Measurement
from preimage.physics.noise.base import Noise, ProximableNoise

__all__ = ["ProximableStackedNoise", "StackedNoise"]


class StackedNoise(Noise):
    """One noise for each entry of a tuple of measurements, independent of the others; the likelihoods multiply.

    Args:
        noises: the noise of each entry, in their order.

    Source: the definition.
    """

    def __init__(self, noises: Sequence[Noise]) -> None:
        super().__init__()
        self.noises = noises

    @property
    def parts(self) -> tuple[Noise, ...]:
        """Those of all parts, in turn."""
        return tuple(part for noise in self.noises for part in noise.parts)

    @property
    def is_entrywise(self) -> bool:
        """Whether all parts are."""
        return all(noise.is_entrywise for noise in self.noises)

    @property
    def least_squares(self) -> tuple[Any, ...]:
        """Those of the parts, one for each tensor."""
        return tuple(noise.least_squares for noise in self.noises)

    def sample(self, z: Measurement, rng: torch.Generator | None = None) -> Measurement:
        """Draw each part in turn."""
        return tuple(noise.sample(part, rng) for noise, part in zip(self.noises, z, strict=True))

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """The sum of the parts' negative log-likelihoods, (B,)."""
        values = [noise.nll(a, b) for noise, a, b in zip(self.noises, z, y, strict=True)]
        return torch.stack(values).sum(0)

    def constant(self, y: Measurement) -> Tensor:
        """The sum of the parts' constants, (B,)."""
        return torch.stack([noise.constant(leaf) for noise, leaf in zip(self.noises, y, strict=True)]).sum(0)

    @override
    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        return tuple(noise.grad(a, b) for noise, a, b in zip(self.noises, z, y, strict=True))

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Each part checks its own."""
        for noise, leaf, mask in zip(self.noises, y, seen, strict=True):
            noise.check_measurement(leaf, mask)

    @override
    def deviance(self, z: Measurement, y: Measurement) -> Measurement:
        return tuple(noise.deviance(a, b) for noise, a, b in zip(self.noises, z, y, strict=True))


class ProximableStackedNoise(StackedNoise, ProximableNoise):
    """A :class:`StackedNoise` every part of which has a prox.

    Args:
        noises: the noise of each entry of the tuple, in their order, each proximable.

    Source: the definition.
    """

    @property
    def is_convex(self) -> bool:
        """Whether all parts are."""
        return all(noise.is_convex for noise in self.noises if isinstance(noise, ProximableNoise))

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """The parts' proximal points."""
        triples = zip(self.noises, z, y, strict=True)
        return tuple(noise.prox(a, b, step) for noise, a, b in triples if isinstance(noise, ProximableNoise))

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """The sum of the parts' conjugates, (B,)."""
        triples = zip(self.noises, u, y, strict=True)
        return torch.stack([n.conjugate(a, b) for n, a, b in triples if isinstance(n, ProximableNoise)]).sum(0)
