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

    @property
    def is_light(self) -> bool:
        """Where all of its generators are."""
        return all(part.is_light for part in self.generators)

    def from_uniforms(self, u: Tensor) -> dict[str, Tensor]:
        """The parameters of each image from the generator that the first number chooses, made of the others."""
        if self.is_light:
            return self._chosen(u)
        order, counts = self._ordered(u[:, 0].contiguous())
        blocks = u.index_select(0, order)[:, 1:].split(counts)
        parts = zip(self.generators, blocks, strict=True)
        return _placed(order, [part.from_uniforms(own[:, : part.numbers]) for part, own in parts if len(own)])

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """Parameters from one of the generators, chosen at random."""
        return {name: value[0] for name, value in self.draw_batch(1, rng).items()}

    def draw_batch(self, batch: int, rng: torch.Generator | None) -> dict[str, Tensor]:
        """The parameters of ``batch`` images; unless all have ``numbers``, each generator has a stream of its own."""
        if (count := self.numbers) is not None:
            return self.from_uniforms(uniforms(batch * count, rng).view(batch, count))
        choice, *own = streams(1 + len(self.generators), rng)
        order, counts = self._ordered(uniforms(batch, choice))
        parts = zip(self.generators, counts, own, strict=True)
        return _placed(order, [part.draw_batch(some, stream) for part, some, stream in parts if some])

    def _chosen(self, u: Tensor) -> dict[str, Tensor]:
        """The same, of which each generator makes those of all images."""
        index = self._choose(u[:, 0].contiguous())
        first, *others = _alike([part.from_uniforms(u[:, 1 : 1 + (part.numbers or 0)]) for part in self.generators])
        for number, draw in enumerate(others, 1):
            first = {name: torch.where(index == number, draw[name], value) for name, value in first.items()}
        return first

    def _ordered(self, u: Tensor) -> tuple[Tensor, list[int]]:
        """The images in the order of their generators, and how many each has, for a uniform number of each image."""
        chosen = self._choose(u)
        counts = torch.bincount(chosen, minlength=len(self.generators)).tolist()
        return chosen.argsort(stable=True), counts

    def _choose(self, u: Tensor) -> Tensor:
        """The index of a generator for each uniform number."""
        if self.weights is None:
            return (u * len(self.generators)).long()
        edges = torch.tensor(list(self.weights), dtype=torch.float64).cumsum(0)
        return torch.searchsorted(edges / edges[-1], u, right=True)


def _placed(order: Tensor, draws: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The parameters of all images, from those in the given ``order``, some of which were drawn together."""
    if len(_alike(draws)) == 1:
        return draws[0]
    sorted_ = {name: torch.cat([one[name] for one in draws]) for name in draws[0]}
    return {name: torch.empty_like(value).index_copy_(0, order, value) for name, value in sorted_.items()}


def _alike(draws: Sequence[dict[str, Tensor]]) -> Sequence[dict[str, Tensor]]:
    """``draws``, of the same parameters."""
    forms = [{name: tuple(value.shape[1:]) for name, value in one.items()} for one in draws]
    if any(form != forms[0] for form in forms):
        raise ArgumentError(f"`generators` must have the same parameters, got {forms}; choose those that do.")
    return draws
