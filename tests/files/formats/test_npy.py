from pathlib import Path

import numpy as np
import pytest

from preimage.errors import ImageFileError
from preimage.files.formats.npy import NPY
from preimage.files.region import Region


def saved(path: Path, array: np.ndarray) -> Path:
    np.save(path / "a.npy", array)
    return path / "a.npy"


def test_it_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = saved(tmp_path, np.zeros(3))
    assert NPY.sniff(path.read_bytes()[:32])
    assert not NPY.sniff(b"NUMPY")


@pytest.mark.parametrize(
    ("shape", "axes"),
    [((5, 7), ("row", "column")), ((4, 5, 7), ("slice", "row", "column")), ((9,), ("column",)), ((5, 7, 3), None)],
)
def test_the_header_names_the_axes_unless_they_are_those_of_a_picture(
    tmp_path: Path, shape: tuple[int, ...], axes: tuple[str, ...] | None
) -> None:
    header = NPY.header(saved(tmp_path, np.zeros(shape, np.float32)))
    assert (header.shape, header.dtype) == (shape, np.dtype(np.float32))
    if axes:
        assert header.axes == axes


def test_transparency_stands_last(tmp_path: Path) -> None:
    array = np.arange(5 * 7 * 4, dtype=np.uint8).reshape(5, 7, 4)
    samples = NPY.read(saved(tmp_path, array))
    assert np.array_equal(samples.colour, array[..., :3])
    assert samples.alpha is not None
    assert np.array_equal(samples.alpha, array[..., 3])


def test_a_part_is_that_of_the_whole(tmp_path: Path) -> None:
    volume = np.random.default_rng(0).normal(size=(4, 5, 7))
    path = saved(tmp_path, volume)
    assert NPY.read_region is not None
    found = NPY.read_region(path, Region(((1, 3), (2, 4), (3, 6))))
    assert np.array_equal(found.colour[..., 0], volume[1:3, 2:4, 3:6])
    assert NPY.arrays is not None
    assert np.array_equal(NPY.arrays(path)[0], volume)


def test_objects_are_not_unpickled(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="holds Python objects"):
        NPY.read(saved(tmp_path, np.array([[1, "a"]], dtype=object)))
