"""Formats of arrays of numbers, which are no pictures: what is asked of every format, told by their arrays."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.formats.format import Format, Header, StackFormat
from preimage.files.region import Region
from preimage.files.samples.samples import Samples, split_channels
from preimage.files.stacks.stored import StoredArray, choose_array, with_axes

__all__ = ["array_format"]

_COLOURS = 4
_NAMES = {"T": "time", "Z": "slice", "C": "channel", "Y": "row", "X": "column", "S": "channel"}


def array_format(
    name: str,
    suffixes: tuple[str, ...],
    sniff: Callable[[bytes], bool],
    stacks: StackFormat,
    title: str = "",
    by_name: bool = False,
    colours: bool = False,
) -> Format:
    """The row of a format whose files are told by :class:`StackFormat` alone.

    Args:
        name: see :class:`preimage.files.formats.format.Format`, as for the others.
        suffixes: those of its files.
        sniff: whether a file that begins so is one.
        stacks: how it is read and written.
        title: its name as people write it.
        by_name: whether the suffix tells.
        colours: whether a picture's last axis, of up to four behind two others, is that of its colours.
    """

    def first(path: Path) -> StoredArray:
        arrays = stacks.open(path)
        array = arrays[0] if len(arrays) == 1 else choose_array(arrays, None, stacks.usual, path)
        is_colour = colours and array.axes == "ZYX" and array.shape[-1] <= _COLOURS
        return with_axes(array, "YXS") if is_colour else array

    def header(path: Path) -> Header:
        return _header(first(path))

    def read(path: Path) -> Samples:
        return _samples(name, first(path), None)

    def read_region(path: Path, region: Region) -> Samples:
        return _samples(name, first(path), region)

    def arrays(path: Path) -> list[np.ndarray]:
        return [array.read() for array in stacks.open(path)]

    return Format(
        name, suffixes, sniff, header, read, read_region=read_region, arrays=arrays, title=title, stacks=stacks,
        by_name=by_name,
    )  # fmt: skip


def _header(array: StoredArray) -> Header:
    names = [_NAMES.get(letter, f"axis {at}") for at, letter in enumerate(array.axes)]
    return Header(array.shape, array.dtype, tuple(names))


def _samples(name: str, array: StoredArray, region: Region | None) -> Samples:
    """Grey or colours; of a volume with more axes in front.

    Raises:
        ImageFileError: the array has other channels behind its rows and columns.
    """
    values = array.read(region)
    if not array.axes.endswith("S"):
        return Samples(name, values[..., None])
    if values.ndim != 3:
        raise ImageFileError(f"`input` must hold one picture, got {array.path} of shape {array.shape}; take a part.")
    return split_channels(name, values)
