"""The columns of a dataset in an HDF5 file: where the rows of each lie, and a file with room for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional

__all__ = ["FORMAT", "Column", "ColumnType", "read_columns", "write_empty"]

FORMAT = "preimage dataset 1"

_CHUNK = 1 << 16  # bytes: small rows lie many to a chunk, large ones alone


@dataclass(frozen=True)
class ColumnType:
    """What a column is, wherever it lies.

    Attributes:
        name: its path in the file, such as ``train/x``.
        count: the number of rows.
        shape: the shape of a row.
        dtype: the type of an entry, little-endian.
    """

    name: str
    count: int
    shape: tuple[int, ...]
    dtype: np.dtype

    @property
    def row_bytes(self) -> int:
        """The size of a row in bytes."""
        return self.dtype.itemsize * prod(self.shape)


@dataclass(frozen=True)
class Column:
    """A column whose rows follow each other in a file.

    Attributes:
        type: what it is.
        offset: where its first row begins, in bytes; ``None`` where rows do not simply follow each other, as in files
            of other programs, whose chunks may be compressed.
    """

    type: ColumnType
    offset: int | None

    def place(self, index: int) -> int:
        """Where this row begins, in bytes."""
        assert self.offset is not None
        return self.offset + index * self.type.row_bytes


def write_empty(
    path: Path, columns: Sequence[ColumnType], attributes: Mapping[str, str | int], tensors: Mapping[str, np.ndarray]
) -> None:
    """Write a file with room for all rows: equal arguments give files that are equal to the bit.

    Chunks are allocated when the file is made, uncompressed and one behind the other, so that rows can be written by
    their places alone, and nothing else in the file changes by it. No times are kept.

    Args:
        path: the file, which is replaced.
        columns: what rows there will be.
        attributes: what the file says of itself.
        tensors: what it holds beside the rows, by paths.

    Raises:
        MissingDependency: the ``io`` extra is needed.
    """
    h5py = _optional.require("h5py", "io", "writing HDF5 files")
    creation = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    creation.set_obj_track_times(False)
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_libver_bounds(h5py.h5f.LIBVER_V110, h5py.h5f.LIBVER_V110)
    handle = h5py.h5f.create(str(path).encode(), h5py.h5f.ACC_TRUNC, fcpl=creation, fapl=access)
    with h5py.File(handle) as file:
        for name, value in attributes.items():
            file.attrs.create(name, value)
        for name, array in tensors.items():
            folder, leaf = _folder(h5py, file, name)
            folder.create_dataset(leaf, data=array, track_times=False)
        for column in columns:
            folder, leaf = _folder(h5py, file, column.name)
            _allocate(h5py, folder, leaf, column)


def read_columns(path: Path, group: str) -> tuple[list[Column], dict[str, Any]]:
    """The columns of a group of samples (all of them for ``""``), and the attributes of the file.

    Raises:
        KeyError: the file has no such group.
        OSError: it is no HDF5 file, or a damaged one.
        MissingDependency: the ``io`` extra is needed.
    """
    h5py = _optional.require("h5py", "io", "reading HDF5 files")
    columns: list[Column] = []

    def look(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and item.ndim:
            kind = ColumnType(
                f"{group}/{name}" if group else name, item.shape[0], tuple(item.shape[1:]), np.dtype(item.dtype)
            )
            columns.append(Column(kind, _offset(item, kind)))

    with h5py.File(path, "r") as file:
        file[group or "/"].visititems(look)
        attributes = {key: _plain(value) for key, value in file.attrs.items()}
    return columns, attributes


def _folder(h5py: Any, file: Any, name: str) -> tuple[Any, str]:
    """The group of a path, made without times where it is missing, and the last name."""
    *above, leaf = name.split("/")
    folder = file
    for part in above:
        if part not in folder:
            creation = h5py.h5p.create(h5py.h5p.GROUP_CREATE)
            creation.set_obj_track_times(False)
            h5py.h5g.create(folder.id, part.encode(), gcpl=creation)
        folder = folder[part]
    return folder, leaf


def _allocate(h5py: Any, folder: Any, name: str, column: ColumnType) -> None:
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_chunk((max(1, min(column.count, _CHUNK // column.row_bytes)), *column.shape))
    creation.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    creation.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    creation.set_obj_track_times(False)
    kind = h5py.h5t.py_create(column.dtype, logical=True)
    space = h5py.h5s.create_simple((column.count, *column.shape))
    h5py.h5d.create(folder.id, name.encode(), kind, space, creation)


def _offset(item: Any, kind: ColumnType) -> int | None:
    """Where the first row begins, if all rows lie behind each other as they are in memory."""
    if item.chunks is None:
        return item.id.get_offset()
    count = item.id.get_num_chunks()
    whole = item.chunks[1:] == kind.shape and item.id.get_create_plist().get_nfilters() == 0
    if not whole or count == 0 or kind.dtype.byteorder == ">":
        return None
    first, last = item.id.get_chunk_info(0), item.id.get_chunk_info(count - 1)
    follow = last.byte_offset - first.byte_offset == (count - 1) * item.chunks[0] * kind.row_bytes
    return first.byte_offset if follow and count == -(-kind.count // item.chunks[0]) else None


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.item() if isinstance(value, np.generic) else value
