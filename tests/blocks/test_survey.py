from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import avg_pool2d, avg_pool3d

from preimage.blocks.grid import BlockGrid
from preimage.blocks.memory import BASE_BYTES, room_for_blocks
from preimage.blocks.survey import bright_box, copy_array
from preimage.blocks.workspace import opened_workspace
from preimage.errors import ArgumentError, ImageFileError
from preimage.reconstruct.methods.richardson_lucy import bright_part
from tests.blocks.conftest import Held, whole

COVERS = ["preimage.blocks.survey", "preimage.blocks.memory"]


@pytest.mark.parametrize(("shape", "block"), [((13, 17), (4, 7)), ((9, 12, 14), (4, 5, 3)), ((3, 23), (3, 2))])
def test_facts_are_those_of_the_whole(shape, block, tmp_path: Path) -> None:
    values = np.random.default_rng(0).integers(0, 1000, shape).astype(np.uint16)
    with opened_workspace(tmp_path / "w", {}) as work:
        array, facts = copy_array(work, Held(values), BlockGrid(shape, block), 5)
        assert np.array_equal(whole(array), values.astype(np.float32))
        box = bright_box(array, 40)
    pool = avg_pool2d if len(shape) == 2 else avg_pool3d
    y = torch.from_numpy(values.astype(np.float64))[None, None]
    assert facts.least == values.min()
    assert facts.mean == pytest.approx(values.mean())
    assert facts.darkest == pytest.approx(float(pool(y, [min(5, size) for size in shape]).min()))
    assert np.array_equal(values[box], bright_part(y, 40)[0, 0].numpy())


def test_values_that_are_not_finite_are_told(tmp_path: Path) -> None:
    values = np.ones((5, 6), np.float32)
    values[2, 3] = np.nan
    with pytest.raises(ImageFileError, match="1 that are NaN"), opened_workspace(tmp_path / "w", {}) as work:
        copy_array(work, Held(values), BlockGrid((5, 6), (2, 2)), 5)


def test_the_room_is_what_the_processes_leave() -> None:
    assert room_for_blocks(BASE_BYTES + 1000) == 1000
    assert room_for_blocks(3 * BASE_BYTES + 1000, 2) == 500
    with pytest.raises(ArgumentError, match="3 processes"):
        room_for_blocks(3 * BASE_BYTES, 2)
