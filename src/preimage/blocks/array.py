"""Arrays on disk whose chunks are blocks, each written whole or not at all: stores of Zarr 3 without compression."""

import json
import math
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from preimage.blocks.grid import BlockGrid, BlockIndex
from preimage.errors import ImageFileError
from preimage.files.stacks.stored import Box

__all__ = ["BlockArray", "put_file"]

_AT_ONCE = 2**20  # bytes of the planes that are read together,
_BETWEEN = 2**16  # where at most so many bytes of a plane are not wanted
_MAPPED = 2**20  # bytes from which on a file is mapped: to map one takes as long as to copy some pages


@dataclass(frozen=True)
class BlockArray:
    """A Zarr array of which no two writers meet: a chunk is a block.

    Attributes:
        folder: the store.
        grid: the blocks.
        dtype: the type of a value, as NumPy calls it.
        lead: further axes in front, which no block divides, such as the components of a vector.
    """

    folder: Path
    grid: BlockGrid
    dtype: str = "float32"
    lead: tuple[int, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """The axes that are divided."""
        return self.grid.shape

    def create(self) -> None:
        """Make the store, where it is not there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        about = {
            "zarr_format": 3, "node_type": "array", "shape": [*self.lead, *self.grid.shape], "data_type": self.dtype,
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [*self.lead, *self.grid.block]}},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "."}},
            "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
            "fill_value": 0, "attributes": {},
        }  # fmt: skip
        if self.dtype == "bool":
            about["fill_value"] = False
        if np.dtype(self.dtype).kind == "c":
            about["fill_value"] = [0.0, 0.0]
        put_file(self.folder / "zarr.json", json.dumps(about).encode())

    def read(self, box: Box) -> np.ndarray:
        """The values within ``box``, (..., *sizes of the box) behind the axes of ``lead``.

        A large block alone is its file, mapped: nothing is copied, and what is written to the values stays here.

        Raises:
            ImageFileError: a block is missing or cut short.
        """
        if (mapped := self._mapped(box)) is not None:
            return mapped
        out = np.empty((*self.lead, *(part.stop - part.start for part in box)), self.dtype)
        for index in self.grid.overlapping(box):
            inside, place = [], []
            for want, have in zip(box, self.grid.box(index), strict=True):
                start, stop = max(want.start, have.start), min(want.stop, have.stop)
                inside.append(slice(start - have.start, stop - have.start))
                place.append(slice(start - want.start, stop - want.start))
            if self._is_worth_mapping([part.stop - part.start for part in inside]):
                out[(..., *place)] = self._file(index)[(..., *inside)]
            else:
                self._read_part(index, tuple(inside), out[(..., *place)])
        return out

    def _mapped(self, box: Box) -> np.ndarray | None:
        """The file of a block, where ``box`` is one, or the first of its planes, and large; else ``None``."""
        sizes = tuple(part.stop - part.start for part in box)
        is_block = sizes[1:] == self.grid.block[1:] and sizes[0] <= self.grid.block[0]
        is_block = is_block and all(part.start % size == 0 for part, size in zip(box, self.grid.block, strict=True))
        if self.lead or not is_block or not self._is_worth_mapping(sizes):
            return None
        index = tuple(part.start // size for part, size in zip(box, self.grid.block, strict=True))
        return self._file(index)[: sizes[0]]

    def _is_worth_mapping(self, sizes: Sequence[int]) -> bool:
        """Whether most of a large block is wanted; the rest of a mapped file is read, too, where pages are near.

        Windows lets nobody put another file in the place of one that is mapped.
        """
        if os.name == "nt":
            return False
        bytes_of_block = math.prod(self.grid.block) * np.dtype(self.dtype).itemsize
        return bytes_of_block >= _MAPPED and 2 * math.prod(sizes) >= math.prod(self.grid.block)

    def _file(self, index: BlockIndex) -> np.ndarray:
        """The file of a block, (*lead, *sizes of a block); what is written to it stays in this process."""
        path, shape = self._chunk(index), (*self.lead, *self.grid.block)
        dtype = np.dtype(self.dtype).newbyteorder("<")
        try:
            if path.stat().st_size < math.prod(shape) * dtype.itemsize:
                raise _cut_short(path)
            return np.asarray(np.memmap(path, dtype, "c", shape=shape))
        except FileNotFoundError as error:
            raise _lost(path) from error

    def write(self, index: BlockIndex, values: np.ndarray) -> None:
        """Write a block, whole or not at all; chunks at the ends are filled up with zeros."""
        box = self.grid.box(index)
        full = (*self.lead, *self.grid.block)
        if values.shape != (*self.lead, *(part.stop - part.start for part in box)):
            raise ValueError(f"block {index} must have the sizes of {box}, got {values.shape}")
        if values.shape != full:
            filled = np.zeros(full, values.dtype)
            filled[tuple(slice(size) for size in values.shape)] = values
            values = filled
        _put_parts(self._chunk(index), _parts_of(values, np.dtype(self.dtype).newbyteorder("<")))

    def _chunk(self, index: BlockIndex) -> Path:
        return self.folder / ".".join(["c", *("0" for _ in self.lead), *map(str, index)])

    def _read_part(self, index: BlockIndex, inside: Box, out: np.ndarray) -> None:
        """A box of a chunk: rows are read whole, and planes together where little lies between: short reads cost more.

        ``out`` has the axes of ``lead`` in front.
        """
        dtype, lifted = np.dtype(self.dtype).newbyteorder("<"), 3 - min(len(self.grid.block), 3)
        *outer, planes, rows, columns = (*(slice(0, 1),) * lifted, *inside)
        *sizes, depth, height, width = (*(1,) * lifted, *self.grid.block)
        out = out[(*(slice(None),) * len(self.lead), *(None,) * lifted)]
        line = width * dtype.itemsize
        between = (height - rows.stop + rows.start) * line
        group = max(1, _AT_ONCE // (height * line)) if between <= _BETWEEN else 1
        group = min(group, planes.stop - planes.start)
        buffer = np.empty((group, height if group > 1 else rows.stop - rows.start, width), dtype)
        # What lies in the result as in the file goes there at once.
        is_whole = columns == slice(0, width) and (planes.stop - planes.start == 1 or rows == slice(0, height))
        is_whole = is_whole and out.dtype == dtype
        path = self._chunk(index)
        try:
            with path.open("rb", buffering=0) as file:
                for number, lead in enumerate(np.ndindex(self.lead)):
                    for at in np.ndindex(*(part.stop - part.start for part in outer)):
                        base, target = number, out[(*lead, *at)]
                        for step, part, size in zip(at, outer, sizes, strict=True):
                            base = base * size + part.start + step
                        is_there = is_whole and target.flags.c_contiguous
                        together = len(target) if is_there else group
                        for first in range(planes.start, planes.stop, together):
                            count = min(together, planes.stop - first)
                            wanted = ((count - 1) * height + rows.stop - rows.start) * line
                            file.seek(((base * depth + first) * height + rows.start) * line)
                            place = target[first - planes.start : first - planes.start + count]
                            if not _filled(file, _bytes_of(place if is_there else buffer)[:wanted]):
                                raise _cut_short(path)
                            if not is_there:
                                place[...] = buffer[:count, : rows.stop - rows.start, columns]
        except FileNotFoundError as error:
            raise _lost(path) from error


def _cut_short(path: Path) -> ImageFileError:
    return ImageFileError(f"{path} must be a whole block, got less; delete its folder.")


def _lost(path: Path) -> ImageFileError:
    return ImageFileError(f"{path} must be there, got no such block; delete its folder.")


def _bytes_of(values: np.ndarray) -> memoryview:
    """Those of a contiguous array, complex numbers included, of which a view cannot be cast."""
    return values.reshape(-1).view(np.uint8).data


def _filled(file: IO[bytes], place: memoryview) -> bool:
    """Whether a file holds enough to fill ``place``; the system reads two GB at once at the most."""
    while place:
        count = file.readinto(place)  # pyright: ignore[reportAttributeAccessIssue]
        if not count:
            return False
        place = place[count:]
    return True


def _parts_of(values: np.ndarray, dtype: np.dtype) -> Iterator[memoryview]:
    """The bytes of an array of any layout, some of its first axis at a time: no copy of the whole is made."""
    if not values.ndim or (values.flags.c_contiguous and values.dtype == dtype):
        yield _bytes_of(np.ascontiguousarray(values, dtype))
        return
    together = max(1, _AT_ONCE * len(values) // max(1, values.nbytes))
    for first in range(0, len(values), together):
        yield _bytes_of(np.ascontiguousarray(values[first : first + together], dtype))


def put_file(path: Path, content: bytes | memoryview) -> None:
    """Write a file that is there whole or not at all, whenever the process is killed."""
    _put_parts(path, [content])


def _put_parts(path: Path, contents: Iterable[bytes | memoryview]) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid():x}-{secrets.token_hex(4)}")
    with temporary.open("wb", buffering=0) as file:
        for content in contents:
            rest = memoryview(content)
            while rest:
                rest = rest[file.write(rest) :]
    os.replace(temporary, path)
