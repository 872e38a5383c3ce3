import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.transform import Shift, ShiftTime
from tests.example import Example

EXAMPLES = {
    Shift: [Example(Shift, complex=True), Example(lambda: Shift(0.2), (2, 1, 3, 4, 2))],
    ShiftTime: [Example(ShiftTime, (2, 2, 5, 3, 4), complex=True)],
}


def test_rows_and_columns_move_by_parts_of_their_number() -> None:
    x = torch.arange(40.0).reshape(2, 1, 4, 5)
    moved = Shift().transform(x, torch.tensor([[0.5, 0.25, -0.2], [0.1, -0.5, 0.4]], dtype=torch.float64))
    assert torch.equal(moved[:1], x[:1].roll((1, -1), (-2, -1)))
    assert torch.equal(moved[1:], x[1:].roll((-2, 2), (-2, -1)))


def test_slices_of_volumes_and_frames_of_films_move() -> None:
    x = torch.arange(24.0).reshape(1, 1, 4, 3, 2)
    assert torch.equal(Shift().transform(x, torch.tensor([[0.25, 0.0, 0.5]])), x.roll((1, 1), (-3, -1)))
    assert torch.equal(ShiftTime().transform(x, torch.tensor([0.5])), x.roll(2, -3))


@pytest.mark.parametrize("size", [4, 5])
def test_all_shifts_are_equally_likely(size: int, rng: torch.Generator) -> None:
    x = torch.zeros(4000, 1, 1, size)
    x[..., 0] = 1
    counts = Shift()(x, rng).sum((0, 1, 2)) / 4000
    torch.testing.assert_close(counts, torch.full((size,), 1 / size), rtol=0, atol=4 * (0.16 / 4000) ** 0.5)


def test_short_shifts_are_short(rng: torch.Generator) -> None:
    x = torch.zeros(500, 1, 1, 21)
    x[..., 10] = 1
    where = Shift(0.1)(x, rng).sum((0, 1, 2)).nonzero()[:, 0]
    assert where.tolist() == [8, 9, 10, 11, 12]


def test_the_group_has_all_shifts() -> None:
    x = torch.arange(6.0).reshape(1, 1, 2, 3)
    assert len({tuple(Shift().transform(x, p).flatten().tolist()) for p in Shift(0.1).elements(x)}) == 6
    film = torch.arange(5.0).reshape(1, 1, 5, 1, 1)
    assert len({tuple(ShiftTime().transform(film, p).flatten().tolist()) for p in ShiftTime().elements(film)}) == 5


@pytest.mark.parametrize("most", [0.0, 0.6])
def test_what_is_refused(most: float) -> None:
    for kind in (Shift, ShiftTime):
        with pytest.raises(ArgumentError, match="half a period"):
            kind(most)
    with pytest.raises(ShapeError):
        ShiftTime()(torch.rand(1, 1, 4, 4))
