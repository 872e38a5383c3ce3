import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import coils


@pytest.mark.parametrize("shape", [(9, 8), (1, 7), (5, 6, 7)])
def test_the_root_sum_of_squares_is_one(shape: tuple[int, ...]) -> None:
    maps = coils.birdcage(shape, 6, dtype=torch.complex128)
    assert maps.shape == (6, *shape)
    torch.testing.assert_close(torch.linalg.vector_norm(maps, dim=0), torch.ones(shape, dtype=torch.float64))


def test_each_coil_sees_best_what_is_near() -> None:
    maps = coils.birdcage((33, 33), 4).abs()
    rows, columns = zip(*(divmod(int(m.argmax()), 33) for m in maps), strict=True)
    assert columns[0] == 32  # the first coil is to the right
    assert rows[1] == 32  # the second below
    assert columns[2] == 0
    assert rows[3] == 0


def test_a_turn_by_one_coil_changes_nothing_but_their_order() -> None:
    maps = coils.birdcage((9, 9), 4, dtype=torch.complex128)
    torch.testing.assert_close(maps[1].abs(), maps[0].abs().rot90(-1), rtol=1e-12, atol=1e-12)


def test_what_is_out_of_range() -> None:
    for shape, count, radius in (((4,), 4, 1.5), ((4, 4), 0, 1.5), ((4, 4, 4), 3, 1.5), ((4, 4), 4, float("nan"))):
        with pytest.raises(ArgumentError):
            coils.birdcage(shape, count, radius)
