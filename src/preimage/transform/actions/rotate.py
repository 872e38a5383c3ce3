"""Images that are turned by right angles."""

from collections.abc import Iterator

import torch
from torch import Tensor
from typing_extensions import override

from preimage._shapes import check_image
from preimage.errors import ArgumentError, ShapeError
from preimage.transform.actions.base import FiniteGroup, image_by_image, uniforms

__all__ = ["Rotate"]


class Rotate(FiniteGroup):
    """Turns by multiples of 90 or 180 degrees, counterclockwise, in the plane of rows and columns: exact.

    The parameters (B,) are numbers of quarter turns, all equally likely. Images that are not square change their shape
    under an odd number of them, which must then be the same for the whole batch.
    For other angles, see :class:`preimage.transform.Euclidean`.

    Args:
        step: the smallest turn, 90 or 180 degrees.

    Raises:
        ArgumentError: ``step`` is another angle.
    """

    is_rigid = True

    def __init__(self, step: int = 90) -> None:
        super().__init__()
        if step not in (90, 180):
            raise ArgumentError(f"`step` must be 90 or 180 degrees, got {step}; take Euclidean for other angles.")
        self.step = step

    @override
    def draw(self, batch: int, rng: torch.Generator | None = None) -> Tensor:
        count = 360 // self.step
        return (count * uniforms(batch, 1, rng)[:, 0]).long() * (4 // count)

    @override
    def transform(self, x: Tensor, params: Tensor) -> Tensor:
        return _turned(x, params)

    @override
    def inverse(self, x: Tensor, params: Tensor) -> Tensor:
        return _turned(x, -params)

    @override
    def elements(self, x: Tensor) -> Iterator[Tensor]:
        for turns in range(0, 4, self.step // 90):
            yield torch.tensor([turns])


def _turned(x: Tensor, turns: Tensor) -> Tensor:
    check_image(x)
    keys = (turns % 4).tolist()
    if x.shape[-2] != x.shape[-1] and len({key % 2 for key in keys}) > 1:
        raise ShapeError(
            f"`x` must be square to be turned by 0 and 90 degrees in one batch, got {tuple(x.shape)}; crop it, or take "
            "Rotate(180)."
        )
    return image_by_image(lambda image, key: torch.rot90(image, key, (-2, -1)), x, keys)
