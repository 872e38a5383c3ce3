"""A choice between generators."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics.parameters.base import ParameterGenerator, streams, total_numbers, uniforms

__all__ = ["GeneratorMixture"]


class GeneratorMixture(ParameterGenerator):
    """Each image takes its parameters from one of ``generators``, chosen at random.

    Args:
        generators: laws of the same parameters, with the same shapes.
        weights: relative probabilities, >= 0; equal by default.

    Raises:
        ArgumentError: there is not one weight of at least zero for each generator; when drawn, two generators have
            parameters of different names or shapes.
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

    @property
    def numbers(self) -> int | None:
        """One for the choice, and as many as the generator that needs most of them."""
        most = total_numbers(self.generators, max)
        return None if most is None else 1 + most

    def from_uniforms(self, u: Tensor) -> dict[str, Tensor]:
        """The parameters of each image from the generator that the first number chooses, made of the others."""
        chosen, rest = self._choose(u[:, 0].contiguous()), u[:, 1:]
        rows = [(chosen == k).nonzero()[:, 0] for k in range(len(self.generators))]
        parts = zip(self.generators, rows, strict=True)
        return _placed(rows, [part.from_uniforms(rest[own, : part.numbers]) for part, own in parts if len(own)])

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """Parameters from one of the generators, chosen at random."""
        return {name: value[0] for name, value in self.draw_batch(1, rng).items()}

    def draw_batch(self, batch: int, rng: torch.Generator | None) -> dict[str, Tensor]:
        """The parameters of ``batch`` images; unless all have ``numbers``, each generator has a stream of its own."""
        if self.numbers is not None:
            return super().draw_batch(batch, rng)
        choice, *own = streams(1 + len(self.generators), rng)
        chosen = self._choose(uniforms(batch, choice))
        rows = [(chosen == k).nonzero()[:, 0] for k in range(len(self.generators))]
        parts = zip(self.generators, rows, own, strict=True)
        return _placed(rows, [part.draw_batch(len(some), stream) for part, some, stream in parts if len(some)])

    def _choose(self, u: Tensor) -> Tensor:
        """The index of a generator for each uniform number."""
        if self.weights is None:
            return (u * len(self.generators)).long()
        edges = torch.tensor(list(self.weights), dtype=torch.float64).cumsum(0)
        return torch.searchsorted(edges / edges[-1], u, right=True)


def _placed(rows: Sequence[Tensor], draws: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The parameters of all images, where those of ``rows`` were drawn together."""
    rows = [own for own in rows if len(own)]
    forms = [{name: tuple(value.shape[1:]) for name, value in one.items()} for one in draws]
    if any(form != forms[0] for form in forms):
        raise ArgumentError(f"`generators` must have the same parameters, got {forms}; choose those that do.")
    if len(draws) == 1:
        return draws[0]
    back = torch.cat(list(rows)).argsort()
    return {name: torch.cat([one[name] for one in draws])[back] for name in draws[0]}
