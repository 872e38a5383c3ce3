"""What a format of files is: how it is known, what it holds, and the functions that read and write it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from preimage.files.metadata.carried import Metadata
from preimage.files.region import Region
from preimage.files.samples.samples import Samples
from preimage.files.stacks.layout import Layout
from preimage.files.stacks.stored import StoredArray

__all__ = ["Fitted", "Format", "Header", "Holds", "Put", "StackFormat"]

Put = Callable[[tuple[int, ...], np.ndarray], None]
"""Writes the plane at an index of the other axes."""

Fitted = tuple[Metadata, list[str]]
"""Metadata that a format holds, and names of what it does not."""


@dataclass(frozen=True)
class Header:
    """What a file says of its samples before these are decoded.

    Attributes:
        shape: how many samples there are along each axis, as they are stored.
        axes: the names of the axes, the slowest first: ``row``, ``column``, ``channel``; volumes add ``slice`` or
            ``time`` in front.
        dtype: the type of a decoded sample.
        bits: the number of bits of a sample in the file, where it tells fewer than those of its type, or none.
        pictures: how many pictures the file holds.
        left_out: how many reduced copies, or further pictures behind a camera's JPEG, are not read.
    """

    shape: tuple[int, ...]
    dtype: np.dtype
    axes: tuple[str, ...] = ("row", "column", "channel")
    bits: int | None = None
    pictures: int = 1
    left_out: int = 0

    def size(self, axis: str) -> int:
        """How many samples there are along ``axis``; 1 where the file has no such axis."""
        return self.shape[self.axes.index(axis)] if axis in self.axes else 1


@dataclass(frozen=True)
class Holds:
    """What a format can hold.

    Attributes:
        bits: the most bits of a sample; ``None`` where integers of up to 32 bits and floats are held as they are.
        longest: the most pixels a side.
        alpha: whether it holds transparency.
        bands: whether it holds bands behind grey or RGB.
        orientation: whether it can tell viewers how to turn a picture.
        quality: whether what it loses is chosen by a number from 1 to 100.
    """

    bits: int | None = 8
    longest: int = 2**31 - 1
    alpha: bool = True
    bands: bool = False
    orientation: bool = True
    quality: bool = False

    def nearest(self, dtype: np.dtype) -> np.dtype:
        """The sample type nearest to ``dtype`` that is held."""
        if dtype.kind == "b" or self.bits is None:
            return dtype
        return np.dtype(np.uint16 if self.bits == 16 and dtype.itemsize > 1 else np.uint8)


def _nothing(metadata: Metadata) -> Fitted:
    """No metadata at all, for a format that has no place for it."""
    there = {
        "EXIF": metadata.exif, "colour profile": metadata.icc, "XMP": metadata.xmp, "resolution": metadata.dpi,
    }  # fmt: skip
    return Metadata(), [name for name, content in there.items() if content]


def _never(_: Path) -> bool:
    return False


@dataclass(frozen=True)
class StackFormat:
    """How arrays with named axes are read from files of a format, and written.

    Attributes:
        open: the arrays of a file, of which no value is read that the format does not ask to be.
        create: ``create(path, layout)`` makes a file for an array and gives a function that writes its planes, in any
            order, until the block ends; ``None`` where the format is only read.
        dtypes: the names of the types of values that are written as they are.
        axes: how many axes an array has that is written, at least and at most.
        is_folder: whether a folder is an array, or several, of this format.
        makes_folder: whether what is written is a folder.
        usual: names of the array that is meant where a file holds several.
        needs: the module of the extra ``io`` that reads and writes it; empty where none is needed.
    """

    open: Callable[[Path], list[StoredArray]]
    create: Callable[[Path, Layout], AbstractContextManager[Put]] | None = None
    dtypes: tuple[str, ...] = ()
    axes: tuple[int, int] = (1, 32)
    is_folder: Callable[[Path], bool] = _never
    makes_folder: bool = False
    usual: tuple[str, ...] = ()
    needs: str = ""


@dataclass(frozen=True)
class Format:
    """A format of files: a row of :data:`preimage.files.formats.table.FORMATS`.

    Attributes:
        name: as samples and messages name it, ``PNG``.
        suffixes: the suffixes of its files, in lower case, with the dot.
        sniff: whether the first 512 bytes are those of such a file.
        header: reads what stands before the samples of a file, and refuses a file that is damaged or holds less than it
            claims. Whatever it raises that is no error of ours is reported as damage.
        read: decodes all samples.
        write: writes samples of a type that ``holds`` names, with metadata that fits, given the quality from 1 to 100
            or none; ``None`` where the format is only read.
        read_region: decodes a part without decoding all; ``None`` where everything is read, and then cut.
        metadata: reads what stands beside the samples.
        fit: what of metadata the format holds, and names of the rest.
        arrays: every array of a file that is no picture but numbers; ``None`` for pictures.
        stacks: how arrays with named axes are read and written; ``None`` where a file is one picture.
        title: the name as people write it, where that is another.
        transparent: whether a file of the format may have transparency.
        by_name: whether a file is one by its suffix, because others begin like it.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    header: Callable[[Path], Header]
    read: Callable[[Path], Samples]
    write: Callable[[Path, Samples, int | None], None] | None = None
    holds: Holds = field(default_factory=Holds)
    read_region: Callable[[Path, Region], Samples] | None = None
    metadata: Callable[[Path], Metadata] = lambda _: Metadata()
    fit: Callable[[Metadata], Fitted] = _nothing
    arrays: Callable[[Path], list[np.ndarray]] | None = None
    title: str = ""
    transparent: bool = True
    stacks: StackFormat | None = None
    by_name: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether its files are pictures, which are restored and trained on, and not arrays of numbers."""
        return self.arrays is None
