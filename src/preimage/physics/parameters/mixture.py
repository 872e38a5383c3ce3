"""A choice between generators."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics.parameters.base import ParameterGenerator, uniform

__all__ = ["GeneratorMixture"]


class GeneratorMixture(ParameterGenerator):
    """Each image takes its parameters from one of ``generators``, chosen at random.

    Args:
        generators: laws of the same parameters, with the same shapes.
        weights: relative probabilities, >= 0; equal by default.

    Raises:
        ArgumentError: there is not one weight of at least zero for each generator.
    """

    def __init__(self, generators: Sequence[ParameterGenerator], weights: Sequence[float] | None = None) -> None:
        super().__init__()
        chances = [1.0] * len(generators) if weights is None else list(weights)
        if not chances or len(chances) != len(generators) or min(chances) < 0 or not sum(chances) > 0:
            raise ArgumentError(
                f"`weights` must be one number >= 0 for each of {len(generators)} generators, got {weights}; "
                "give relative probabilities."
            )
        self.generators = generators
        self.weights = weights

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """Parameters from one of the generators, chosen at random."""
        parts = [part for part in self.generators if isinstance(part, ParameterGenerator)]
        chances = torch.tensor([1.0] * len(parts) if self.weights is None else list(self.weights), dtype=torch.float64)
        edges = chances.cumsum(0) / chances.sum()
        chosen = int(torch.searchsorted(edges, uniform(0.0, 1.0, rng), right=True))
        return parts[chosen].draw(rng)
