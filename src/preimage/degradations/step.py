"""What a step of a degradation is: random, with ranges, and drawn, with every number fixed."""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

__all__ = ["DrawnStep", "Pair", "Step", "as_tuples", "drawn_per_sample"]


class Pair(NamedTuple):
    """A picture on its way through a pipeline, and what a network is to make of it.

    Attributes:
        degraded: (B, C, H, W), in [0, 1].
        clean: (B, C, H', W'), in [0, 1]. A step that a restoration is not to undo changes both.
    """

    degraded: Tensor
    clean: Tensor


@dataclass(frozen=True)
class DrawnStep(ABC):
    """A step with every number fixed. Its fields are numbers, texts, and tuples of them, so that JSON holds them."""

    @abstractmethod
    def apply(self, pair: Pair) -> Pair:
        """Degrade the first picture of ``pair``; samples are independent, and equal calls give equal bits."""

    def describe(self) -> dict[str, Any]:
        """The name of the class as ``step``, and the fields."""
        return {"step": type(self).__name__, **dataclasses.asdict(self)}

    @property
    def zoom(self) -> float:
        """How many times larger the clean picture becomes."""
        return 1.0


class Step(ABC):
    """A random step: a frozen dataclass whose fields are ranges and probabilities."""

    @abstractmethod
    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw every number; a step that happens with some probability may draw nothing."""


def drawn_per_sample(like: Tensor, seed: int, law: Callable[[Tensor, torch.Generator], Tensor]) -> Tensor:
    """``law(sample, generator)`` of each sample (1, ...) of ``like``, sample ``b`` by a generator seeded ``seed + b``.

    So the noise of a sample depends on its place in the batch, and not on the samples beside it.
    """
    parts = [law(like[b : b + 1], torch.Generator().manual_seed(seed + b)) for b in range(len(like))]
    return torch.cat(parts) if parts else like


def as_tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON gives them, with tuples in place of lists."""
    return {name: _frozen(value) for name, value in values.items()}


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
