from pathlib import Path

import h5py
import numpy as np
import pytest

from preimage.datasets.hdf5.columns import ColumnType, read_columns, write_empty

TYPES = [
    ColumnType("train/x", 5, (1, 3, 4), np.dtype("<f4")),
    ColumnType("train/y/0", 5, (2,), np.dtype("<c8")),
    ColumnType("train/params/sigma", 5, (), np.dtype("<f4")),
    ColumnType("train/params/large", 5, (90_000,), np.dtype("u1")),
    ColumnType("test/x", 70_000, (2,), np.dtype("<f8")),
]
ATTRIBUTES = {"seed": 3, "physics": "Blur · 1", "empty": ""}


def test_rows_written_by_their_places_are_those_that_h5py_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    write_empty(path, TYPES, ATTRIBUTES, {"physics/kernel": np.ones((1, 1, 3, 3), np.float32)})
    rng = np.random.default_rng(0)
    written = {}
    for group in ("train", "test"):
        for column in read_columns(path, group)[0]:
            kind = column.type
            rows = (100 * rng.standard_normal((kind.count, *kind.shape))).astype(kind.dtype)
            with path.open("r+b") as file:
                file.seek(column.place(0))
                file.write(rows.tobytes())
            written[kind.name] = rows
    assert len(written) == 5
    with h5py.File(path) as file:
        assert file.attrs["physics"] == "Blur · 1"
        assert file.attrs["seed"] == 3
        assert file["physics/kernel"].shape == (1, 1, 3, 3)
        for name, rows in written.items():
            assert np.array_equal(file[name][()], rows)
            assert np.array_equal(file[name][-1], rows[-1])


def test_equal_files_are_equal_to_the_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.h5", "b.h5"):
        write_empty(tmp_path / name, TYPES[:3], ATTRIBUTES, {})
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()
    for group in ("train", "train/x"):
        with h5py.File(tmp_path / "a.h5") as file:  # no times, which would differ a second later
            assert h5py.h5o.get_info(file[group].id).mtime == 0


def test_columns_of_other_programs(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    values = np.arange(24.0).reshape(4, 6)
    with h5py.File(path, "w") as file:
        file["train/x"] = values
        file["train/big_endian"] = values.astype(">f4")
        file["train/scalar"] = 3.0
        file.create_dataset("train/packed", data=values, chunks=(2, 6), compression="gzip")
        file.create_dataset("train/parts", data=values, chunks=(1, 3))
        file.create_dataset("train/grown", data=values[:0], maxshape=(None, 6))
    columns = {column.type.name: column for column in read_columns(path, "train")[0]}
    plain = columns["train/x"]
    with path.open("rb") as file:
        file.seek(plain.place(2))
        assert np.array_equal(np.fromfile(file, np.float64, 6), values[2])
    assert columns["train/packed"].offset is None
    assert columns["train/parts"].offset is None
    assert columns["train/grown"].offset is None
    assert "train/scalar" not in columns
    with pytest.raises(KeyError):
        read_columns(path, "test")
