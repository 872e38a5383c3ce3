"""A coded part of a picture whose numbers are known."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage.explain.scene import CodedPart, Square


@dataclass(frozen=True)
class Tile:
    queries: Tensor
    keys: Tensor
    seen: Tensor | None = None


@dataclass(frozen=True)
class Weights:
    """Similarities that are given, all patches in one tile."""

    values: Tensor

    @property
    def tiles(self) -> list[Tile]:
        each = torch.arange(len(self.values))
        return [Tile(each, each)]

    def weights(self, index: int) -> Tensor:
        return self.values[None]


# Three patches of 1 x 1 pixel and two atoms of length 1 and 2.
CODES = torch.tensor([[1.0, 0.0], [2.0, -1.0], [0.0, 0.0]])
OUTPUT = torch.tensor([[1.0, 2.0]])
SIMILARITY = torch.tensor([[1.0, 0.5, 0.0], [0.5, 1.0, 0.25], [0.0, 0.25, 1.0]])
CENTRES = torch.tensor([[4, 5], [4, 6], [9, 9]])


def coded() -> CodedPart:
    similarity: Any = Weights(SIMILARITY)
    return CodedPart(
        Square(4, 5, 2, 3),
        CENTRES,
        torch.tensor([[0.1], [0.2], [0.3]]),
        torch.tensor([[0.5], [0.25], [0.0]]),
        CODES.clone(),
        CODES @ OUTPUT.mT,
        similarity,
        torch.full((1, 2, 3), 0.7),
    )


class Few:
    """What an explanation asks of a sparse model."""

    output = OUTPUT
    patch = 1


MODEL: Any = Few()
