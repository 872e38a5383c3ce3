import pytest
import torch

from preimage.models.sparse import strips as module
from preimage.models.sparse.strips import columns_of, strips
from preimage.models.sparse.windows import Reach
from tests.models.problems import normal

ROWS, COLUMNS = 5, 23
VALUES = normal(2, ROWS * COLUMNS, 3)
GRID = VALUES.unflatten(1, (ROWS, COLUMNS))


@pytest.mark.parametrize("window", [1, 2, 7, 50])
@pytest.mark.parametrize("room", [0, 6, 256])
@pytest.mark.parametrize("gradients", [False, True])
def test_each_is_contiguous_and_has_its_columns(monkeypatch, window, room, gradients):
    monkeypatch.setattr(module, "_ROOM", room)
    reaches = [Reach.of(start, 4, COLUMNS, window) for start in range(0, COLUMNS, 4)]
    with torch.set_grad_enabled(gradients):
        found = strips(columns_of(VALUES, (ROWS, COLUMNS)), reaches)
        for reach, strip in zip(reaches, found, strict=True):
            assert torch.equal(strip, GRID[:, :, reach.first : reach.last])
            assert all(sample.is_contiguous() for sample in strip)


def test_columns_are_asked_for_once_and_values_may_change_afterwards():
    values, asked = GRID.clone(), []

    def columns(first, last):
        asked.extend(range(first, last))
        return values[:, :, first:last]

    reaches = [Reach.of(start, 4, COLUMNS, 7) for start in range(0, COLUMNS, 4)]
    with torch.no_grad():
        for reach, strip in zip(reaches, strips(columns, reaches), strict=True):
            assert torch.equal(strip, GRID[:, :, reach.first : reach.last])
            values[:, :, reach.start : reach.stop] = torch.nan
    assert asked == list(range(COLUMNS))


def test_a_block_of_the_same_width_is_not_copied():
    with torch.no_grad():
        reaches = [Reach.of(start, 4, COLUMNS, 7) for start in (4, 8, 12)]
        places = set()
        for reach, strip in zip(reaches, strips(columns_of(VALUES, (ROWS, COLUMNS)), reaches), strict=True):
            assert torch.equal(strip, GRID[:, :, reach.first : reach.last])
            places.add(strip.untyped_storage().data_ptr())
    assert len(places) == 1
