import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from preimage.blocks.grid import BlockGrid, BlockIndex
from preimage.blocks.stage import BlockInput, BlockResult, BlockStage, Surroundings
from preimage.blocks.workspace import BlockOutput, Workspace, opened_workspace
from preimage.errors import ArgumentError
from preimage.files.stacks.stored import Box
from tests.blocks.conftest import Held, whole


@dataclass(frozen=True)
class Doubled:
    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        (x,) = inputs
        return BlockResult((2 * x.values,), (float(x.values.sum()), float(x.values.max())))


@dataclass
class Failing:
    """Ends after some blocks, as a killed process does."""

    left: int
    computed: list[BlockIndex]
    at_once: int = 1

    def compute(self, stage: BlockStage, indices, done) -> None:
        for index in indices:
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            stage.compute(index)
            self.computed.append(index)
            done()


def program(work: Workspace, values: np.ndarray):
    """Twice doubled, with the sum and the largest value."""
    grid = BlockGrid(values.shape, (2, 3))
    work.expect(2 * grid.count)
    first = work.map("a", grid, Doubled(), [BlockInput(Held(values))], [BlockOutput("one")], ["sum", "max"])
    second = work.map("b", grid, Doubled(), [BlockInput(first.arrays[0])], [BlockOutput("two")], ["sum", "min"])
    work.drop(first.arrays[0])
    return first.numbers, second, work.recall("c", lambda: [1.5])


@pytest.mark.parametrize("blocks", range(0, 13, 3))
def test_a_run_goes_on_where_it_ended_and_no_block_is_computed_twice(blocks: int, tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((5, 7)).astype(np.float32)
    told: list[tuple[int, int]] = []
    executor = Failing(blocks, [])
    if blocks < 12 + 6:
        with pytest.raises(KeyboardInterrupt), opened_workspace(tmp_path / "w", {"a": 1}, executor) as work:
            program(work, values)
    rest = Failing(100, [])
    with opened_workspace(tmp_path / "w", {"a": 1}, rest, progress=lambda *n: told.append(n)) as work:
        numbers, second, recalled = program(work, values)
        assert np.array_equal(whole(second.arrays[0]), 4 * values)
    assert len(executor.computed) + len(rest.computed) == 2 * 9
    assert told[-1] == (18 - blocks, 18 - blocks)
    np.testing.assert_allclose(numbers, (values.sum(dtype=np.float64), values.max()), rtol=1e-6)
    assert recalled == (1.5,)
    assert not (tmp_path / "w" / "one").exists()


def test_other_work_in_the_folder_is_refused(tmp_path: Path) -> None:
    with opened_workspace(tmp_path / "w", {"sigma": 0.1, "b": [1, 2]}):
        pass
    with (
        opened_workspace(tmp_path / "w", {"b": (1, 2), "sigma": 0.1}),  # the same
        pytest.raises(ArgumentError, match="another process"),
        opened_workspace(tmp_path / "w", {"sigma": 0.1, "b": [1, 2]}),
    ):
        pass
    with pytest.raises(ArgumentError, match=r"sigma 0\.1, not 0\.2"), opened_workspace(tmp_path / "w", {"sigma": 0.2}):
        pass
    assert json.loads((tmp_path / "w" / "journal.json").read_text())["finished"] == {}
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("x")
    with pytest.raises(ArgumentError, match="something else"), opened_workspace(tmp_path / "other", {}):
        pass


def test_sums_are_rounded_once(tmp_path: Path) -> None:
    values = np.array([[1e16, 1.0], [-1e16, 1.0]])
    with opened_workspace(tmp_path / "w", {}) as work:
        found = work.map(
            "a", BlockGrid((2, 2), (1, 1)), Doubled(), [BlockInput(Held(values))], [BlockOutput("x", "float64")],
            ["sum", "max"],
        )  # fmt: skip
    assert found.numbers == (2.0, 1e16)
