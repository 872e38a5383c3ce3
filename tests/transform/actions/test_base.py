import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.testing import check_transform
from preimage.transform import (
    Dihedral,
    FiniteGroup,
    InvertibleTransform,
    Params,
    Reflect,
    Rotate,
    Shift,
    Transform,
    UnitaryTransform,
)
from preimage.transform.actions.base import image_by_image, uniforms


class Double(InvertibleTransform):
    """A transform that is invertible and not unitary."""

    def draw(self, batch: int, rng: torch.Generator | None = None) -> Params:
        return torch.full((batch,), 2.0)

    def transform(self, x: Tensor, params: Params) -> Tensor:
        return 2 * x

    def inverse(self, x: Tensor, params: Params) -> Tensor:
        return x / 2


class Forget(Transform):
    """A transform without inverse."""

    def draw(self, batch: int, rng: torch.Generator | None = None) -> Params:
        return torch.zeros(batch)

    def transform(self, x: Tensor, params: Params) -> Tensor:
        return 0 * x


def test_a_product_applies_its_second_factor_first() -> None:
    x = torch.arange(12.0).reshape(1, 1, 3, 4)
    quarter, flip = torch.tensor([1]), torch.tensor([[True]])
    both = Rotate() * Reflect((-1,))
    assert torch.equal(both.transform(x, (quarter, flip)), torch.rot90(x.flip(-1), 1, (-2, -1)))


@pytest.mark.parametrize(
    "group", [Rotate() * Reflect((-1,)), Shift() * Reflect(), Reflect() * Rotate(180)], ids=["8", "shifts", "klein"]
)
def test_products_of_groups_are_groups(group: Transform) -> None:
    assert isinstance(group, FiniteGroup)
    check_transform(group, torch.rand(2, 1, 3, 3, generator=torch.Generator().manual_seed(0)))


def test_turns_and_one_mirror_image_are_the_symmetries_of_the_square() -> None:
    x = torch.rand(1, 1, 4, 4, generator=torch.Generator().manual_seed(0))

    def views(group: Transform) -> set[tuple[float, ...]]:
        assert isinstance(group, FiniteGroup)
        return {tuple(group.transform(x, params).flatten().tolist()) for params in group.elements(x)}

    assert len(views(Dihedral())) == 8
    assert views(Rotate() * Reflect((-2,))) == views(Dihedral())


def test_the_type_tells_what_a_product_or_sum_can_do() -> None:
    def kinds(transform: Transform) -> list[bool]:
        return [isinstance(transform, kind) for kind in (InvertibleTransform, UnitaryTransform, FiniteGroup)]

    assert kinds(Rotate() * Shift()) == [True, True, True]
    assert kinds(Rotate() + Shift()) == [True, True, False]
    assert kinds((Rotate() + Shift()) * Reflect()) == [True, True, False]
    assert kinds(Rotate() * Double()) == kinds(Double() + Rotate()) == [True, False, False]
    assert kinds(Forget() * Rotate()) == kinds(Rotate() + Forget()) == [False, False, False]


@pytest.mark.parametrize(
    "transform", [Rotate() + Shift() + Reflect(), Double() * Rotate() + Shift(), Forget() + Shift()]
)
def test_sums_keep_the_contract(transform: Transform) -> None:
    check_transform(transform, torch.rand(5, 1, 3, 3, generator=torch.Generator().manual_seed(0)), 1e-6)


def test_the_terms_of_a_sum_are_equally_likely(rng: torch.Generator) -> None:
    which = (Rotate() + (Shift() + Reflect())).draw(3000, rng)[0]
    assert which.bincount().tolist() == pytest.approx([1000, 1000, 1000], abs=4 * (3000 * 2 / 9) ** 0.5)


def test_the_mean_over_all_shifts_is_a_convolution() -> None:
    """Of any linear map its mean over the group is the mean of its diagonals."""
    rng = torch.Generator().manual_seed(0)
    matrix = torch.randn(6, 6, generator=rng, dtype=torch.float64)
    x = torch.randn(1, 1, 1, 6, generator=rng, dtype=torch.float64)
    kernel = torch.stack([matrix.roll(-k, 0).diagonal().mean() for k in range(6)])
    wanted = sum(kernel[k] * x.roll(k, -1) for k in range(6))
    torch.testing.assert_close(Shift().average(lambda image: image @ matrix.T, x), wanted)


def test_the_mean_over_drawn_elements_is_near_that_of_the_group(rng: torch.Generator) -> None:
    x, weights = torch.rand(1, 1, 4, 4, generator=rng), torch.rand(4, 4, generator=rng)
    exact = Rotate().average(lambda image: weights * image, x)
    near = Rotate().average(lambda image: weights * image, x, 2000, rng)
    torch.testing.assert_close(near, exact, rtol=0, atol=0.03)


def test_what_is_refused() -> None:
    x = torch.rand(2, 1, 4, 4)
    with pytest.raises(ArgumentError, match="one transform or more"):
        Rotate().average(lambda image: image, x, 0)
    with pytest.raises(ArgumentError, match="as many as there are images"):
        Rotate().transform(x, Rotate().draw(3))


def test_images_are_taken_at_once_where_their_keys_agree() -> None:
    counts: list[int] = []

    def f(image: Tensor, key: int) -> Tensor:
        counts.append(len(image))
        return image + key

    x = torch.zeros(3, 1)
    assert image_by_image(f, x, [1, 1, 1]).flatten().tolist() == [1, 1, 1]
    assert image_by_image(f, x, [1, 2, 3]).flatten().tolist() == [1, 2, 3]
    assert counts == [3, 1, 1, 1]


def test_uniform_numbers_are_drawn_image_by_image() -> None:
    few, many = (uniforms(n, 3, torch.Generator().manual_seed(1)) for n in (2, 40))
    assert torch.equal(few, many[:2])
    assert 0 <= float(many.min()) < float(many.max()) < 1
