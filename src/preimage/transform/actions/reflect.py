"""Mirror images."""

from collections.abc import Iterator, Sequence
from itertools import product

import torch
from torch import Tensor
from typing_extensions import override

from preimage._shapes import check_image
from preimage.errors import ArgumentError
from preimage.transform.actions.base import FiniteGroup, image_by_image, uniforms

__all__ = ["Reflect"]


class Reflect(FiniteGroup):
    """Reversal of the order of pixels along some axes, each with probability one half: exact.

    The parameters (B, axes) tell which axes are reversed.

    Args:
        axes: negative numbers, counted from the last dimension: -1 swaps left and right, -2 up and down, -3 the slices
            of a volume or the frames of a film.

    Raises:
        ArgumentError: there is no axis, one is none of -1, -2 and -3, or one comes twice.
    """

    is_rigid = True

    def __init__(self, axes: Sequence[int] = (-2, -1)) -> None:
        super().__init__()
        axes = tuple(axes)
        if not axes or len(set(axes)) != len(axes) or not set(axes) <= {-3, -2, -1}:
            raise ArgumentError(f"`axes` must be some of -3, -2 and -1, each once, got {axes}; see help(Reflect).")
        self.axes = axes

    @override
    def draw(self, batch: int, rng: torch.Generator | None = None) -> Tensor:
        return uniforms(batch, len(self.axes), rng) < 0.5

    @override
    def transform(self, x: Tensor, params: Tensor) -> Tensor:
        check_image(x, spatial=(2, 3) if min(self.axes) > -3 else (3,))
        keys = [tuple(axis for axis, yes in zip(self.axes, row, strict=True) if yes) for row in params.tolist()]
        return image_by_image(lambda image, axes: image.flip(axes) if axes else image, x, keys)

    @override
    def inverse(self, x: Tensor, params: Tensor) -> Tensor:
        return self.transform(x, params)

    @override
    def elements(self, x: Tensor) -> Iterator[Tensor]:
        for row in product((False, True), repeat=len(self.axes)):
            yield torch.tensor([row])
