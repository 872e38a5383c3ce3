"""Random numbers of independent chains."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import Self

from preimage.errors import ArgumentError
from preimage.physics.noise.base import draw_gamma

__all__ = ["Chains"]


@dataclass(frozen=True)
class Chains:
    """A generator of random numbers for each sample of a batch.

    Sample ``i`` draws from generator ``i`` alone, so that its path is the same whatever else is in the batch.

    Args:
        generators: one for each sample, or the same one for all, which then get the same numbers; drawing changes
            their state.
    """

    generators: Sequence[torch.Generator]

    @classmethod
    def seeded(
        cls, seed: int, count: int, draw: int = 0, alike: bool = False, device: str | torch.device = "cpu"
    ) -> Self:
        """Generators that differ for all samples of a batch, all draws and all seeds.

        Args:
            seed: any integer >= 0; 0 is a seed like others.
            count: how many samples the batch has.
            draw: the number of the batch, where several are drawn one after the other, in [0, 65,536].
            alike: whether all samples of the batch draw the same numbers: where they belong to different measurements,
                whose order should not count.
            device: where the numbers are drawn.

        Raises:
            ArgumentError: a number is out of its range.
        """
        if min(seed, count, draw) < 0 or draw > 65_536:
            raise ArgumentError(
                "`seed` and `count` must not be negative and `draw` in [0, 65,536], got "
                f"{seed}, {count} and {draw}; take another seed for more draws."
            )
        # The generator of a CPU heeds the last 32 bits of a seed only, so that more would not tell chains apart.
        seeds = [((seed * 1_000_003 + row) * 65_537 + draw) % (1 << 32) for row in range(1 if alike else count)]
        generators = [torch.Generator(device).manual_seed(number) for number in seeds]
        return cls(generators * count if alike else generators)

    def normal(self, like: Tensor) -> Tensor:
        """Standard normal numbers of the shape, type and device of ``like``.

        Of complex numbers the real and the imaginary part have variance one each, as in all noise of this package. They
        are drawn in double precision, so that all precisions get the same.

        Raises:
            ArgumentError: there is not one chain for each sample.
        """
        if like.is_complex():
            return torch.view_as_complex(self.normal(torch.view_as_real(like)))
        return self._drawn(torch.randn, like)

    def uniform(self, like: Tensor) -> Tensor:
        """Numbers uniform in [0, 1), real, of the shape and device of ``like``; drawn in double precision.

        Raises:
            ArgumentError: there is not one chain for each sample.
        """
        return self._drawn(torch.rand, like.real)

    def gamma(self, shape: Tensor) -> Tensor:
        """Gamma variables of scale one and the given shapes > 0, drawn in double precision.

        Raises:
            ArgumentError: there is not one chain for each sample.
        """
        self._check(shape)
        if self._are_one and bool((shape == shape[:1]).all()):
            return draw_gamma(shape[0].double(), self.generators[0]).to(shape).repeat(len(shape), *(1,) * shape[0].ndim)
        rows, state = [], self.generators[0].get_state() if self._are_one else None
        for row, generator in zip(shape, self.generators, strict=True):
            if state is not None:
                generator.set_state(state)
            rows.append(draw_gamma(row.double(), generator))
        return torch.stack(rows).to(shape) if rows else torch.empty_like(shape)

    def _drawn(self, draw: Callable[..., Tensor], like: Tensor) -> Tensor:
        self._check(like)
        if self._are_one:
            g = self.generators[0]
            row = draw(like.shape[1:], dtype=torch.float64, device=g.device, generator=g).to(like)
            return row.repeat(len(like), *(1,) * row.ndim)
        rows = [draw(like.shape[1:], dtype=torch.float64, device=g.device, generator=g) for g in self.generators]
        return torch.stack(rows).to(like) if rows else torch.empty_like(like)

    @property
    def _are_one(self) -> bool:
        """Whether one generator stands for all samples, so that each gets the same numbers, drawn once."""
        return len(self.generators) > 0 and self.generators[0] is self.generators[-1] and len(self.generators) > 1

    def _check(self, like: Tensor) -> None:
        if len(self.generators) != len(like):
            raise ArgumentError(
                f"`generators` must be one for each of {len(like)} samples, got {len(self.generators)}; "
                "use Chains.seeded(seed, len(x))."
            )
