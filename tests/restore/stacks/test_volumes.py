"""Volumes of a stack: which planes belong together, and in which order they are written."""

import numpy as np
import pytest

from preimage.errors import ArgumentError
from preimage.files.stacks.layout import layout_of
from preimage.restore.stacks.volumes import check_mode, volume_groups, working_bytes, write_group

LAYOUT = layout_of((2, 3, 4, 5, 6), "u2", "TZCYX")


def test_volumes_of_channels_in_between_are_written_together() -> None:
    groups = list(volume_groups(LAYOUT, "volume"))
    assert [len(group) for group in groups] == [4, 4]
    assert groups[1][2] == [(1, 0, 2), (1, 1, 2), (1, 2, 2)]
    films = list(volume_groups(LAYOUT, "time"))
    assert len(films) == 1
    assert films[0][5] == [(0, 1, 1), (1, 1, 1)]


def test_planes_are_written_in_the_order_of_the_file() -> None:
    written: list[tuple[int, ...]] = []

    def put(index: tuple[int, ...], plane: np.ndarray) -> int:
        assert plane[0, 0] == 100 * index[0] + 10 * index[1] + index[2]
        written.append(index)
        return 1

    def restore(volume: list[tuple[int, ...]]) -> np.ndarray:
        return np.stack([np.full((5, 6), 100 * t + 10 * z + c) for t, z, c in volume])

    clipped = sum(write_group(group, restore, put) for group in volume_groups(LAYOUT, "volume"))
    assert written == list(LAYOUT.planes())
    assert clipped == 24


@pytest.mark.parametrize(
    ("axes", "mode", "budget", "told"),
    [
        ("TZCYX", "films", None, "planes, volume or time"),
        ("TYX", "volume", None, "one Z only"),
        ("ZYX", "time", None, "one T only"),
        ("TZCYX", "volume", 1000, "does not fit in memory"),
    ],
)
def test_what_a_stack_is_not_for_is_refused(axes: str, mode: str, budget: int | None, told: str) -> None:
    with pytest.raises(ArgumentError, match=told):
        check_mode(layout_of((2, 3, 4, 5, 6)[-len(axes) :], "u2", axes), mode, budget)


def test_memory_is_that_of_a_volume_and_of_what_is_written_with_it() -> None:
    assert working_bytes(LAYOUT, "volume") == 4 * 9 * 3 * 30 + 8 * 12 * 30
    check_mode(LAYOUT, "volume", working_bytes(LAYOUT, "volume"))
