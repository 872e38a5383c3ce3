from pathlib import Path

import numpy as np

from preimage.blocks import BlockGrid, BlockOutput, BlockResult, opened_workspace
from preimage.blocks.part import WorkPart


def test_parts_have_names_of_their_own_in_one_journal(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def run(number: int, calls: list[int]) -> tuple[np.ndarray, float, float]:
        def filled(box, inputs) -> BlockResult:
            calls.append(number)
            return BlockResult((np.full([one.stop - one.start for one in box], number, np.float32),), (number,))

        with opened_workspace(tmp_path / "w", {}, progress=lambda *numbers: told.append(numbers)) as work:
            part = WorkPart(work, f"p{number}")
            part.expect(2)
            found = part.map("fill", BlockGrid((4,), (2,)), filled, [], [BlockOutput("x")], ["sum"])
            return found.arrays[0].read((slice(0, 4),)), found.numbers[0], *part.recall("n", lambda: [number])

    for number in (1, 2):
        calls: list[int] = []
        values, total, recalled = run(number, calls)
        assert calls == [number, number]
        assert (values.tolist(), total, recalled) == ([number] * 4, 2.0 * number, number)
        assert told[-1] == (2, 2)
    calls = []
    assert run(1, calls)[1:] == (2.0, 1.0)
    assert calls == []
