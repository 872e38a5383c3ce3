from pathlib import Path

import numpy as np
import pytest

from preimage.blocks.array import BlockArray, put_file
from preimage.blocks.grid import BlockGrid
from preimage.errors import ImageFileError

zarr = pytest.importorskip("zarr")


@pytest.mark.parametrize(
    ("shape", "block", "lead", "dtype"),
    [
        ((7, 9, 11), (3, 4, 5), (), "float32"),
        ((9, 11), (4, 5), (2,), "float64"),
        ((13,), (4,), (), "uint16"),
        ((3, 4, 5, 6), (2, 2, 5, 4), (), "bool"),
        ((5, 4, 6), (2, 4, 6), (3, 2), "int16"),
    ],
)
@pytest.mark.parametrize(("at_once", "between", "mapped"), [(2**20, 2**16, 2**20), (100, 2**16, 1), (2**20, 0, 2**20)])
def test_what_is_written_is_read_in_any_box_and_by_zarr(
    shape: tuple[int, ...], block: tuple[int, ...], lead: tuple[int, ...], dtype: str, at_once: int, between: int,
    mapped: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("preimage.blocks.array._AT_ONCE", at_once)
    monkeypatch.setattr("preimage.blocks.array._BETWEEN", between)
    monkeypatch.setattr("preimage.blocks.array._MAPPED", mapped)
    rng = np.random.default_rng(0)
    values = rng.integers(0, 2 if dtype == "bool" else 1000, (*lead, *shape)).astype(dtype)
    array = BlockArray(tmp_path / "a", BlockGrid(shape, block), dtype, lead)
    array.create()
    for index in array.grid.indices():
        array.write(index, values[(..., *array.grid.box(index))])
    assert np.array_equal(zarr.open(tmp_path / "a", mode="r")[...], values)
    for _ in range(30):
        box = tuple(slice(*sorted(rng.choice(size + 1, 2, replace=False).tolist())) for size in shape)
        found = array.read(box)
        assert found.dtype == values.dtype
        assert np.array_equal(found, values[(..., *box)])


def test_a_large_block_alone_is_its_file_which_nobody_changes(tmp_path: Path) -> None:
    array, values = BlockArray(tmp_path / "a", BlockGrid((9, 512, 512), (4, 512, 512))), np.arange(4 * 2**18)
    array.create()
    array.write((1, 0, 0), values.reshape(4, 512, 512).astype(np.float32))
    box = (slice(4, 7), slice(0, 512), slice(0, 512))
    found = array.read(box)
    assert not found.flags.owndata
    found += 1
    assert np.array_equal(array.read(box).ravel(), values[: 3 * 2**18])
    with pytest.raises(ImageFileError, match="no such block"):
        array.read((slice(0, 4), *box[1:]))
    (tmp_path / "a" / "c.1.0.0").write_bytes(b"123")
    with pytest.raises(ImageFileError, match="whole block"):
        array.read(box)


def test_a_block_that_is_missing_cut_short_or_of_another_size_is_told(tmp_path: Path) -> None:
    array = BlockArray(tmp_path / "a", BlockGrid((4, 4), (2, 2)))
    array.create()
    with pytest.raises(ImageFileError, match="no such block"):
        array.read((slice(0, 2), slice(0, 2)))
    array.write((0, 0), np.ones((2, 2), np.float32))
    (tmp_path / "a" / "c.0.0").write_bytes(b"123")
    with pytest.raises(ImageFileError, match="whole block"):
        array.read((slice(0, 2), slice(0, 2)))
    with pytest.raises(ValueError, match="sizes"):
        array.write((0, 0), np.ones((2, 3), np.float32))


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    put_file(tmp_path / "f", b"one")
    put_file(tmp_path / "f", memoryview(b"three"))
    assert (tmp_path / "f").read_bytes() == b"three"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
