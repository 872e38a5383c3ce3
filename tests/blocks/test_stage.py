from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from preimage.blocks.array import BlockArray
from preimage.blocks.grid import BlockGrid, Halo
from preimage.blocks.stage import BlockInput, BlockResult, BlockStage, Surroundings
from preimage.files.stacks.stored import Box
from tests.blocks.conftest import Held, whole


@dataclass(frozen=True)
class Neighbours:
    """The sum of a value and its right neighbour, which is zero beyond the array."""

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        (x,) = inputs
        padded = np.pad(x.values, x.lacking)
        return BlockResult((padded[:, :-1] + padded[:, 1:],), (float(x.core(x.values, box).sum()),))


def test_blocks_see_what_surrounds_them_and_borders_are_those_of_the_array(tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((5, 7)).astype(np.float32)
    grid = BlockGrid((5, 7), (2, 3))
    out = BlockArray(tmp_path / "out", grid)
    out.create()
    (tmp_path / "marks").mkdir()
    stage = BlockStage(
        grid, Neighbours(), (BlockInput(Held(values), Halo((0, 0), (0, 1))),), (out,), tmp_path / "marks", 1
    )
    assert stage.missing() == list(grid.indices())
    for index in list(grid.indices())[:4]:
        stage.compute(index)
    assert stage.missing() == list(grid.indices())[4:]
    for index in stage.missing():
        stage.compute(index)
    assert np.array_equal(whole(out), values + np.pad(values, ((0, 0), (0, 1)))[:, 1:])
    total = sum(numbers[0] for numbers in stage.numbers())
    np.testing.assert_allclose(total, values.sum(dtype=np.float64), rtol=1e-6)
