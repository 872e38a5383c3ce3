from pathlib import Path

import numpy as np

from preimage.files import open_lazily, write
from preimage.reconstruct.microscopy.split import StackSplit

VALUES = np.arange(2 * 3 * 4 * 5 * 6, dtype=np.float32).reshape(2, 3, 4, 5, 6)


def test_each_time_and_channel_is_a_stack_and_comes_back_to_its_place(tmp_path: Path) -> None:
    write(tmp_path / "a.npy", VALUES)
    array = open_lazily(tmp_path / "a.npy", axes="TZCYX")
    split = StackSplit.of(array.layout)
    assert (split.count, split.shape, split.joined) == (8, (3, 5, 6), (2, 4, 3, 5, 6))
    assert np.array_equal(split.read(array, 5), VALUES[1, :, 1])
    image = np.stack([split.read(array, at) for at in range(8)]).reshape(split.joined)
    assert np.array_equal(split.as_in_file(image), VALUES)


def test_a_stack_of_one_plane_is_a_plane(tmp_path: Path) -> None:
    write(tmp_path / "a.npy", VALUES[:, :1])
    array = open_lazily(tmp_path / "a.npy", axes="TZCYX")
    split = StackSplit.of(array.layout)
    assert (split.count, split.shape, split.joined) == (8, (5, 6), (2, 4, 1, 5, 6))
    assert np.array_equal(split.read(array, 5), VALUES[1, 0, 1])


def test_planes_of_the_file_are_planes_of_its_stacks(tmp_path: Path) -> None:
    write(tmp_path / "a.npy", VALUES)
    split = StackSplit.of(open_lazily(tmp_path / "a.npy", axes="TZCYX").layout)
    assert split.places(5) == (1, None, 1, None, None)
    for plane in np.ndindex(2, 3, 4):
        at, inner = split.place_of(plane)
        assert np.array_equal(split.read(open_lazily(tmp_path / "a.npy", axes="TZCYX"), at)[inner], VALUES[plane])
    flat = StackSplit("TZCYX", (2, 1, 4, 5, 6))
    assert flat.places(5) == (1, 0, 1, None, None)
    assert flat.place_of((1, 0, 1)) == (5, ())


def test_planes_and_stacks_alone_are_one() -> None:
    assert StackSplit("YX", (5, 6)).count == StackSplit("ZYX", (3, 5, 6)).count == 1
    assert (StackSplit("YX", (5, 6)).shape, StackSplit("ZYX", (3, 5, 6)).shape) == ((5, 6), (3, 5, 6))
