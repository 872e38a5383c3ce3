"""Arrays on disk whose chunks are blocks, each written whole or not at all: stores of Zarr 3 without compression."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from preimage.blocks.grid import BlockGrid, BlockIndex
from preimage.errors import ImageFileError
from preimage.files.stacks.stored import Box

__all__ = ["BlockArray", "put_file"]

_AT_ONCE = 2**20  # bytes of the planes that are read together,
_BETWEEN = 2**16  # where at most so many bytes of a plane are not wanted


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
        put_file(self.folder / "zarr.json", json.dumps(about).encode())

    def read(self, box: Box) -> np.ndarray:
        """The values within ``box``, (..., *sizes of the box) behind the axes of ``lead``.

        Raises:
            ImageFileError: a block is missing or cut short.
        """
        out = np.empty((*self.lead, *(part.stop - part.start for part in box)), self.dtype)
        for index in self.grid.overlapping(box):
            inside, place = [], []
            for want, have in zip(box, self.grid.box(index), strict=True):
                start, stop = max(want.start, have.start), min(want.stop, have.stop)
                inside.append(slice(start - have.start, stop - have.start))
                place.append(slice(start - want.start, stop - want.start))
            self._read_part(index, tuple(inside), out[(..., *place)])
        return out

    def write(self, index: BlockIndex, values: np.ndarray) -> None:
        """Write a block, whole or not at all; chunks at the ends are filled up with zeros."""
        box = self.grid.box(index)
        full = (*self.lead, *self.grid.block)
        values = np.ascontiguousarray(values, np.dtype(self.dtype).newbyteorder("<"))
        if values.shape != (*self.lead, *(part.stop - part.start for part in box)):
            raise ValueError(f"block {index} must have the sizes of {box}, got {values.shape}")
        if values.shape != full:
            filled = np.zeros(full, values.dtype)
            filled[tuple(slice(size) for size in values.shape)] = values
            values = filled
        put_file(self._chunk(index), values.data.cast("B"))

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
        path = self._chunk(index)
        try:
            with path.open("rb", buffering=0) as file:
                for number, lead in enumerate(np.ndindex(self.lead)):
                    for at in np.ndindex(*(part.stop - part.start for part in outer)):
                        base = number
                        for step, part, size in zip(at, outer, sizes, strict=True):
                            base = base * size + part.start + step
                        for first in range(planes.start, planes.stop, group):
                            count = min(group, planes.stop - first)
                            wanted = ((count - 1) * height + rows.stop - rows.start) * line
                            file.seek(((base * depth + first) * height + rows.start) * line)
                            if file.readinto(buffer.data.cast("B")[:wanted]) != wanted:
                                raise ImageFileError(f"{path} must be a whole block, got less; delete its folder.")
                            place = slice(first - planes.start, first - planes.start + count)
                            out[(*lead, *at, place)] = buffer[:count, : rows.stop - rows.start, columns]
        except FileNotFoundError as error:
            raise ImageFileError(f"{path} must be there, got no such block; delete its folder.") from error


def put_file(path: Path, content: bytes | memoryview) -> None:
    """Write a file that is there whole or not at all, whenever the process is killed."""
    temporary = path.with_name(f".{path.name}.{os.getpid():x}-{secrets.token_hex(4)}")
    with temporary.open("wb", buffering=0) as file:
        rest = memoryview(content)
        while rest:
            rest = rest[file.write(rest) :]
    os.replace(temporary, path)
