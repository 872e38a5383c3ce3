from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.blocks.array import BlockArray
from preimage.blocks.grid import BlockGrid
from preimage.blocks.steps.variation import VariationStep
from preimage.blocks.variation import BlockVariation
from preimage.blocks.workspace import opened_workspace
from preimage.denoisers.rof import rof
from tests.blocks.conftest import whole

COVERS = ["preimage.blocks.variation", "preimage.blocks.steps.variation"]


@pytest.mark.parametrize(
    ("shape", "block", "isotropic", "at_once"),
    [((31, 44), (16, 22), True, 8), ((31, 44), (31, 10), False, 7), ((9, 13, 11), (5, 7, 11), True, 6)],
)
def test_blocks_are_those_of_the_whole(shape, block, isotropic: bool, at_once: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = (np.arange(shape[-1]) > 5) + 0.2 * rng.standard_normal(shape)
    x = x.astype(np.float32)
    grid = BlockGrid(shape, block)
    array = BlockArray(tmp_path / "x", grid)
    array.create()
    for index in grid.indices():
        array.write(index, x[grid.box(index)])
    with opened_workspace(tmp_path / "w", {}) as work:
        found = whole(BlockVariation(0.3, 1e-3, isotropic=isotropic, at_once=at_once).solve(work, array, "tv"))
    truth = rof(torch.from_numpy(x)[None, None], 0.3, tol=1e-3, isotropic=isotropic)
    assert int(truth.steps) > at_once
    np.testing.assert_allclose(found, truth.x[0, 0].numpy(), rtol=0, atol=1e-5)
    assert np.abs(found - x).max() > 0.2
    assert VariationStep((1.0,), 0.3, True, 1.8).needs((10, 10)) == 4 * 14 * 14 * (8 + 8 + 8)
