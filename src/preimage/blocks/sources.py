"""Arrays that blocks are read from: those of the work, and files of any known format."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from preimage.files import Region, StoredArray, open_lazily
from preimage.files.stacks.stored import Box

__all__ = ["BlockSource", "FileSource", "SliceSource"]


class BlockSource(Protocol):
    """An array of which boxes can be read, by any process."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The values along each axis."""
        ...

    def read(self, box: Box) -> np.ndarray:
        """The values within ``box``."""
        ...


@dataclass(frozen=True)
class FileSource:
    """An array in a file, by its name: each process opens it for itself.

    Attributes:
        path: the file.
        shape: the values along each axis.
        key: the name of the array where the file holds several.
        axes: letters for its axes.
    """

    path: Path | str
    shape: tuple[int, ...]
    key: str | None = None
    axes: str | None = None

    def read(self, box: Box) -> np.ndarray:
        """The values within ``box``.

        Raises:
            ImageFileError: the file is damaged.
        """
        return self._array.read(Region(tuple((part.start, part.stop) for part in box)))

    @cached_property
    def _array(self) -> StoredArray:
        return open_lazily(self.path, self.key, self.axes)

    def __reduce__(self) -> tuple[type["FileSource"], tuple[object, ...]]:
        """Without the opened file, which belongs to this process, and wherever the other one is at work."""
        return FileSource, (Path(self.path).absolute(), self.shape, self.key, self.axes)


@dataclass(frozen=True)
class SliceSource:
    """A part of a file's array that has fewer axes.

    Attributes:
        whole: the array.
        places: for each axis of it a place, or ``None`` where the part has the axis.
    """

    whole: FileSource
    places: tuple[int | None, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The values along each axis."""
        return tuple(size for size, place in zip(self.whole.shape, self.places, strict=True) if place is None)

    def read(self, box: Box) -> np.ndarray:
        """The values within ``box``.

        Raises:
            ImageFileError: the file is damaged.
        """
        inner = iter(box)
        outer = tuple(next(inner) if place is None else slice(place, place + 1) for place in self.places)
        return self.whole.read(outer).reshape([part.stop - part.start for part in box])
