"""Arrays with named axes to files, plane by plane, whole or not at all."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from preimage.errors import ArgumentError, ImageFileError
from preimage.files.atomic import replacing_together
from preimage.files.formats.format import Format, Put, StackFormat
from preimage.files.formats.table import by_suffix, stack_formats, suffixes
from preimage.files.stacks.casting import cast_values, nearest_type
from preimage.files.stacks.layout import Layout, layout_of, parse_axes
from preimage.files.stacks.named_array import NamedArray

__all__ = ["StackWriter", "clipping_notes", "creating_stack", "stack_format_of", "write", "writing_stack"]


@dataclass(frozen=True)
class StackWriter:
    """A file that is being written.

    Attributes:
        layout: what the file holds: of the type nearest to what was asked for.
        notes: what it does not hold.
        put: writes a plane at an index of the other axes, and gives how many of its values were clipped.
    """

    layout: Layout
    notes: tuple[str, ...]
    put: Callable[[tuple[int, ...], np.ndarray], int]


def write(
    path: Path | str,
    image: NamedArray | np.ndarray,
    axes: str | None = None,
    spacing: Mapping[str, float] | None = None,
    units: Mapping[str, str] | None = None,
    overwrite: bool = False,
) -> list[str]:
    """Write an array in the format of the suffix of ``path``, whole or not at all.

    Values are written as they are, in their own type; one that the format does not have becomes the nearest.

    Args:
        path: the file, or folder of a Zarr store.
        image: the array, with its axes or without.
        axes: a letter for each axis of an array without, like ``ZYX``, the slowest first.
        spacing: the distance of neighbours by the letter of their axis.
        units: units by the letter of their axis: ``um``, ``mm``, ``s``.
        overwrite: whether to replace what is there.

    Returns:
        Notes on what the file does not hold.

    Raises:
        ImageFileError: no such format, it cannot hold the array, it exists, or the disk is full.
        ArgumentError: ``axes`` do not fit.
    """
    path, named = Path(path), image if isinstance(image, NamedArray) else _named(image, axes, spacing, units)
    clipped = 0
    with creating_stack(path, named.layout, overwrite) as writer:
        for index in named.layout.planes():
            clipped += writer.put(index, named.values[index])
        notes = [*writer.notes, *clipping_notes(clipped, writer.layout.dtype)]
    return notes


def clipping_notes(clipped: int, dtype: np.dtype) -> list[str]:
    """What the user should know of values beyond the range of ``dtype``."""
    return [f"{clipped} values beyond the range of {dtype.name} were clipped to it"] if clipped else []


@contextmanager
def creating_stack(path: Path, layout: Layout, overwrite: bool = False) -> Iterator[StackWriter]:
    """A writer of planes into a temporary file, which becomes ``path`` when the block ends well.

    Raises:
        ImageFileError: see :func:`write`.
    """
    _, stacks = stack_format_of(path, layout)
    folders = [path] if stacks.makes_folder else []
    with replacing_together([path], overwrite, folders) as staged, writing_stack(staged[0], layout) as writer:
        yield writer


@contextmanager
def writing_stack(path: Path, layout: Layout) -> Iterator[StackWriter]:
    """A writer of planes into a new file.

    Args:
        path: the file, whose suffix tells the format.
        layout: what is known of the array.

    Raises:
        ImageFileError: no such format, or it cannot hold the array.
    """
    format, stacks = stack_format_of(path, layout)
    held = nearest_type(layout.dtype, stacks.dtypes)
    assert held is not None
    assert stacks.create is not None
    note = f"{format.title or format.name} holds no {layout.dtype.name}: values were written as {held.name}"
    there = layout.of_type(held)
    with stacks.create(path, there) as put:
        yield StackWriter(there, () if held == layout.dtype else (note,), _casting(put, there))


def stack_format_of(path: Path, layout: Layout | None = None) -> tuple[Format, StackFormat]:
    """The format that the suffix of ``path`` stands for, which holds arrays of this layout.

    Raises:
        ImageFileError: there is none, or it does not hold them.
    """
    found = by_suffix(path)
    if found is None or found.stacks is None or found.stacks.create is None:
        known = [format for format in stack_formats() if format.stacks is not None and format.stacks.create is not None]
        raise ImageFileError(
            f"`output` must end like a stack or a volume, got {str(path)!r}; use one of {', '.join(suffixes(known))}."
        )
    if layout is None:
        return found, found.stacks
    name, (least, most) = found.title or found.name, found.stacks.axes
    if not least <= len(layout.shape) <= most:
        raise ImageFileError(
            f"{name} holds arrays of {least} to {most} axes, got {len(layout.shape)}: {layout.axes}; write .h5."
        )
    if 0 in layout.shape:
        raise ImageFileError(f"`image` must have values, got shape {layout.shape}; there is nothing to write.")
    if nearest_type(layout.dtype, found.stacks.dtypes) is None:
        raise ImageFileError(f"{name} cannot hold complex numbers; write .npy, .mat, .h5 or .nii.")
    return found, found.stacks


def _casting(put: Put, layout: Layout) -> Callable[[tuple[int, ...], np.ndarray], int]:
    def cast_and_put(index: tuple[int, ...], plane: np.ndarray) -> int:
        if plane.shape != layout.plane_shape:
            raise ArgumentError(f"`plane` must have shape {layout.plane_shape}, got {plane.shape}; cut it.")
        values, clipped = cast_values(plane, layout.dtype)
        put(index, np.ascontiguousarray(values))
        return clipped

    return cast_and_put


def _named(
    values: np.ndarray, axes: str | None, spacing: Mapping[str, float] | None, units: Mapping[str, str] | None
) -> NamedArray:
    if values.dtype.kind not in "fiubc":
        raise ArgumentError(f"`image` must hold numbers, got {values.dtype}; convert it.")
    letters = None if axes is None else parse_axes(axes, values.ndim)
    if letters is not None and (len(letters) != values.ndim or letters.rstrip("S")[-2:] != "YX"):
        raise ArgumentError(f"`axes` must end with YX or YXS and name {values.ndim} axes, got {axes!r}; transpose it.")
    layout = layout_of(values.shape, values.dtype, letters, spacing, units)
    native = values.astype(layout.dtype, copy=False)
    return NamedArray(np.ascontiguousarray(native).reshape(values.shape), replace(layout))
