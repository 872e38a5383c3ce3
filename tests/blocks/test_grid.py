import itertools
import math

import numpy as np
import pytest

from preimage.blocks.grid import BlockGrid, Halo, choose_block
from preimage.errors import ArgumentError


@pytest.mark.parametrize(("shape", "block"), [((7,), (3,)), ((7, 9), (3, 9)), ((5, 6, 7), (2, 4, 8)), ((1, 1), (1, 1))])
def test_blocks_cover_every_value_once(shape: tuple[int, ...], block: tuple[int, ...]) -> None:
    grid, seen = BlockGrid(shape, block), np.zeros(shape, int)
    boxes = [grid.box(index) for index in grid.indices()]
    for box in boxes:
        seen[box] += 1
    assert (seen == 1).all()
    assert len(boxes) == grid.count == math.prod(grid.counts)


def test_the_blocks_of_a_box_are_those_that_hold_some_of_it() -> None:
    grid = BlockGrid((10, 10), (4, 3))
    box = (slice(3, 5), slice(3, 6))
    found = set(grid.overlapping(box))
    holding = {
        index
        for index in grid.indices()
        if all(a.start < b.stop and b.start < a.stop for a, b in zip(box, grid.box(index), strict=True))
    }
    assert found == holding == {(0, 1), (1, 1)}


def test_a_halo_is_true_data_and_lacks_only_what_lies_beyond_the_array() -> None:
    box, lacking = Halo((2, 2), (3, 3)).around((slice(0, 4), slice(4, 8)), (20, 9))
    assert box == (slice(0, 7), slice(2, 9))
    assert lacking == ((2, 0), (0, 2))
    assert Halo.even(1, 2) == Halo((1, 1), (1, 1))
    assert Halo.none(3) == Halo((0, 0, 0), (0, 0, 0))


def test_the_chosen_block_fits_and_is_cut_where_that_costs_least() -> None:
    def needs(block: tuple[int, ...]) -> float:
        return 4.0 * math.prod(size + 8 for size in block)

    block = choose_block((100, 200, 30), (8, 8, 8), needs, 4.0 * 70**3)
    assert needs(block) <= 4.0 * 70**3
    assert block[2] == 30  # the shortest axis is not cut
    assert choose_block((100, 200, 30), (8, 8, 8), needs, 1e9) == (100, 200, 30)
    aligned = choose_block((100, 200), (16, 16), lambda b: math.prod(b), 2000, (1, 8))
    assert aligned[1] % 8 == 0
    assert math.prod(aligned) <= 2000


def test_blocks_are_cubes_where_no_axis_is_short_and_of_lengths_that_cost_least() -> None:
    def needs(block: tuple[int, ...]) -> float:
        return math.prod(block)

    block = choose_block((208, 208, 208), (8, 8, 8), needs, 64**3)
    assert max(block) <= 1.5 * min(block)
    computed = math.prod(size + 8 for size in block) * BlockGrid((208, 208, 208), block).count / 208**3
    assert computed < 1.5  # 18 x 70 x 208, as large a block, computes 1.67

    def work(block: tuple[int, ...]) -> float:
        return math.prod(-(-(size + 8) // 48) * 48 for size in block)

    def total(block: tuple[int, ...]) -> float:
        return work(block) * BlockGrid((1000, 900), block).count

    found = choose_block((1000, 900), (8, 8), needs, 300**2, work=work)
    sizes = [[-(-size // count) for count in range(1, 30)] for size in (1000, 900)]
    assert total(found) == min(total(block) for block in itertools.product(*sizes) if needs(block) <= 300**2)
    assert total(found) < total(choose_block((1000, 900), (8, 8), needs, 300**2))


def test_what_is_wrong_is_told() -> None:
    with pytest.raises(ArgumentError, match="for a block"):
        choose_block((10, 10), (2, 2), lambda block: 100.0 * math.prod(block), 50)
    with pytest.raises(ArgumentError, match="`block`"):
        BlockGrid((3, 3), (0, 3))
    with pytest.raises(ArgumentError, match="`block`"):
        BlockGrid((3, 3), (3,))
