import pytest
import torch
from torch import Tensor

from preimage.testing import check_transform
from preimage.transform import FiniteGroup, Reflect, Rotate, Transform
from preimage.transform.actions.base import uniforms


class Global(Reflect):
    """Draws from the global generator."""

    def draw(self, batch: int, rng: torch.Generator | None = None) -> Tensor:
        return super().draw(batch)


class Same(Reflect):
    """Turns what was drawn for the first image into the transform of all."""

    def transform(self, x: Tensor, params: Tensor) -> Tensor:
        return super().transform(x, params[:1].expand_as(params))


class Backwards(Rotate):
    """Applies the transform again as its inverse."""

    def inverse(self, x: Tensor, params: Tensor) -> Tensor:
        return self.transform(x, params)


class Louder(FiniteGroup):
    """Is inverted exactly and changes norms."""

    def draw(self, batch: int, rng: torch.Generator | None = None) -> Tensor:
        return uniforms(batch, 1, rng)

    def transform(self, x: Tensor, params: Tensor) -> Tensor:
        return 2 * x

    def inverse(self, x: Tensor, params: Tensor) -> Tensor:
        return x / 2


class Part(Rotate):
    """Leaves out one element of the group."""

    def elements(self, x: Tensor):
        yield from list(super().elements(x))[:3]


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        (Global(), "Global: draw used a global random generator"),
        (Same(), "Same: the result of one image, against the batch,"),
        (Backwards(), "Backwards: the inverse after the transform differs"),
        (Louder(), "Louder: the inverse is not the adjoint"),
        (Part(), "Part: the mean over the group, under element 1,"),
    ],
)
def test_unsound_ones_are_told(transform: Transform, message: str) -> None:
    x = torch.rand(5, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    with pytest.raises(AssertionError, match=message):
        check_transform(transform, x)
