"""A coded part of a picture whose numbers are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage.explain.dictionary import Dictionary
from preimage.explain.explanation import Explanation
from preimage.explain.neighbours import Neighbours
from preimage.explain.panels import Panel, make_panels
from preimage.explain.patch import PatchCode
from preimage.explain.scene import CodedPart, Scene, Square
from preimage.explain.view import View


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


def explanation(**facts: str) -> Explanation:
    """Of the patch 1, at row 4 and column 6, of a picture of 20 x 30 pixels."""
    part = coded()
    scene = Scene(torch.linspace(0, 1, 600).reshape(1, 20, 30), 0.1)
    dictionary = Dictionary.measured(MODEL, [part])
    patch, neighbours = PatchCode.of(part, 1, dictionary), Neighbours.of(part, 1, dictionary, 2)
    return Explanation(View.of(scene, part, (4, 6)), dictionary, patch, neighbours, {"file": "a.png", **facts})


def panels(told: Explanation, compares: bool = True) -> Mapping[str, Panel]:
    return make_panels(told.view, told.dictionary, told.patch, told.neighbours, compares)
