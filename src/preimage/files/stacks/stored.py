"""Arrays in a file, by name and layout before they are read."""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from preimage.errors import ArgumentError, ImageFileError, PreimageError
from preimage.files.region import Region
from preimage.files.stacks.layout import Layout, layout_of, parse_axes
from preimage.machine.memory import available_bytes, format_bytes

__all__ = [
    "Box", "StoredArray", "check_numbers", "choose_array", "damaged", "held_array", "reading", "with_axes",
]  # fmt: skip

# Not astropy, which cannot be imported where somebody has asked for a logger of its name before (7.0 to 8.0); it warns.
_LOGGERS = ("nibabel", "pydicom", "tifffile", "zarr")
_PRINTING = "nibabel.global"  # a logger with a handler of its own

Box = tuple[slice, ...]
"""A slice with a start and a stop for each axis."""


@dataclass(frozen=True)
class StoredArray:
    """One array of a file, of which no value has been read.

    Attributes:
        path: the file, or folder of files.
        name: the name of a variable, or the path of a data set; empty where the file holds one array alone.
        layout: its shape, type, axes, and what else the file tells.
        take: reads the values within a box.
        is_in_own_order: whether the format has an order of axes of its own, which may not be that of what was written.
    """

    path: Path
    name: str
    layout: Layout
    take: Callable[[Box], np.ndarray]
    is_in_own_order: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values there are along each axis."""
        return self.layout.shape

    @property
    def dtype(self) -> np.dtype:
        """The type of a value as it is read."""
        return self.layout.dtype

    @property
    def axes(self) -> str:
        """A letter for each axis, see :class:`preimage.files.stacks.layout.Layout`."""
        return self.layout.axes

    def read(self, region: Region | None = None) -> np.ndarray:
        """The values, or those within a region: in C order, of native byte order.

        Args:
            region: a box of the first axes; of most formats only what holds some of it is read.

        Raises:
            ImageFileError: the file is damaged, or the values do not fit in memory.
            ArgumentError: the region lies outside the array.
        """
        named = () if region is None else region.slices(self.shape)
        box = (*named, *(slice(0, length) for length in self.shape[len(named) :]))
        shape = tuple(part.stop - part.start for part in box)
        needed, there = int(np.prod(shape, dtype=object) if shape else 1) * self.dtype.itemsize, available_bytes()
        if needed > there:
            raise ImageFileError(
                f"`input` must fit in memory, got {self.path} of {format_bytes(needed)} where {format_bytes(there)} "
                "are free; read a region of it."
            )
        with reading(self.path):
            values = np.asarray(self.take(box))
            if values.shape != shape:
                raise ValueError(f"it gives {values.shape} values where {shape} are claimed")
            found = np.asarray(values, self.dtype, order="C")
            return found if found.flags.owndata and found.flags.writeable else np.array(found, order="C")

    def plane(self, index: tuple[int, ...]) -> np.ndarray:
        """The rows and columns at ``index`` of the other axes."""
        values = self.read(Region(tuple((at, at + 1) for at in index)))
        return values.reshape(self.layout.plane_shape)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Whatever a library raises is damage of the file ``path``; what it warns of and logs is left aside."""
    try:
        with warnings.catch_warnings(), _silent():
            warnings.simplefilter("ignore")
            yield
    except PreimageError:
        raise
    except MemoryError:
        raise ImageFileError(f"`input` must fit in memory, got {path}, which does not; read a region of it.") from None
    except Exception as error:  # decoders raise errors of every kind on damaged data
        raise damaged(path, error) from error


@contextmanager
def _silent() -> Iterator[None]:
    """What readers log of a damaged file is printed by Python where nobody else wants it; nobody does here."""
    handler, nothing = logging.NullHandler(), logging.Filter("nobody")
    logging.getLogger(_PRINTING).addFilter(nothing)
    for name in _LOGGERS:
        logging.getLogger(name).addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger(_PRINTING).removeFilter(nothing)
        for name in _LOGGERS:
            logging.getLogger(name).removeHandler(handler)


def held_array(path: Path, name: str, values: np.ndarray, layout: Layout | None = None) -> StoredArray:
    """An array that was read already, because its format is read whole."""
    there = layout_of(values.shape, values.dtype) if layout is None else layout
    return StoredArray(path, name, there, lambda box: values[box])


def with_axes(array: StoredArray, text: str | None) -> StoredArray:
    """``array`` with axes called as ``text`` says, in an order in which rows and columns are last.

    Axes of one value, which some formats leave out, are put in where ``text`` names more axes than there are. Of a file
    in an order of its own, ``text`` with the letters that it tells asks for them in another order.

    Raises:
        ArgumentError: ``text`` does not fit.
    """
    if text is None:
        return array
    axes = parse_axes(text, len(array.shape))
    if array.is_in_own_order and sorted(axes) == sorted(array.axes):
        named = "".join(sorted(axes, key=lambda letter: " YXS".find(letter)))
        return _permuted(array, [array.axes.index(letter) for letter in named], named)
    if len(axes) > len(array.shape):
        array = _with_singles(array, axes)
    order = sorted(range(len(axes)), key=lambda at: (" YXS".find(axes[at]), at) if axes[at] in "YXS" else (0, at))
    named = "".join(axes[at] for at in order)
    if order == list(range(len(axes))):
        return replace(array, layout=replace(array.layout, axes=axes))
    return _permuted(array, order, named)


def _permuted(array: StoredArray, order: Sequence[int], axes: str) -> StoredArray:
    """The axes of ``array`` in another order, and called ``axes``."""
    back = np.argsort(order)

    def take(box: Box) -> np.ndarray:
        return array.take(tuple(box[at] for at in back)).transpose(order)

    return replace(array, layout=array.layout.permuted(order, axes), take=take)


def _with_singles(array: StoredArray, axes: str) -> StoredArray:
    """The axes that the file does not have, of one value each."""
    inside = iter(axes)
    if not all(letter in inside for letter in array.axes):
        raise ArgumentError(
            f"`axes` must name {len(array.shape)} axes, got {axes!r} for {array.axes} {array.shape}; name each of them."
        )
    kept = [letter in array.axes for letter in axes]
    old, layout = array.take, array.layout
    shape = tuple(layout.size(letter) for letter in axes)
    there = replace(
        layout, shape=shape, axes=axes, spacing=tuple(layout.step(letter) for letter in axes),
        units=tuple(layout.unit(letter) for letter in axes),
    )  # fmt: skip

    def take(box: Box) -> np.ndarray:
        part = old(tuple(one for one, is_kept in zip(box, kept, strict=True) if is_kept))
        return part.reshape([one.stop - one.start for one in box])

    return replace(array, layout=there, take=take)


def choose_array(
    arrays: Sequence[StoredArray], key: str | None, usual: Sequence[str], path: Path, dims: int = 2
) -> StoredArray:
    """The array called ``key``; else the first of ``usual`` that there is, or the only one of ``dims`` axes or more.

    Raises:
        ArgumentError: there is no such array, or more than one.
        ImageFileError: there is none at all.
    """
    names = {array.name: array for array in arrays}
    if key is not None:
        if key.strip("/") not in names:
            told = ", ".join(sorted(names)[:12]) or "one array without a name"
            raise ArgumentError(f"`key` must name an array of {path}, got {key!r}; it holds {told}.")
        return names[key.strip("/")]
    for name in usual:
        if name in names:
            return names[name]
    candidates = [array for array in arrays if len(array.shape) >= dims]
    if not candidates:
        raise ImageFileError(f"`input` must hold an array of at least {dims} dimensions, got none in {path}.")
    if len(candidates) > 1:
        told = ", ".join(f"{array.name} {array.shape}" for array in candidates[:8])
        raise ArgumentError(f"`key` must be given for {path}, which holds {told}; name one.")
    return candidates[0]


def check_numbers(array: StoredArray, path: Path, dims: tuple[int, ...], complex_wanted: bool) -> None:
    """Refuse what can be no measurement, by shape and type.

    Args:
        dims: how many dimensions are possible.
        complex_wanted: whether numbers must be complex, or must not.

    Raises:
        ImageFileError: it is none.
    """
    name = f"{path}" if not array.name else f"{array.name} of {path}"
    if array.dtype.kind not in "fiubc":
        raise ImageFileError(f"`input` must hold numbers, got {name} of type {array.dtype}.")
    is_complex = array.dtype.kind == "c"
    if is_complex != complex_wanted:
        wanted = "complex numbers" if complex_wanted else "real numbers"
        advice = "k-space is complex" if complex_wanted else "projections are real; k-space is for mri"
        raise ImageFileError(f"`input` must hold {wanted}, got {name} of type {array.dtype}; {advice}.")
    if "S" in array.axes:
        raise ImageFileError(f"`input` must have grey pages, got {name} of shape {array.shape}, which has colours.")
    if len(array.shape) not in dims:
        told = " or ".join(map(str, dims))
        raise ImageFileError(f"`input` must have {told} dimensions, got {name} of shape {array.shape}.")
    if 0 in array.shape:
        raise ImageFileError(f"`input` must not be empty, got {name} of shape {array.shape}.")


def damaged(path: Path, error: Exception) -> ImageFileError:
    """The error for a file that begins as it should but cannot be read."""
    reason = " ".join(str(error).split()).rstrip(".")[:120] or type(error).__name__
    return ImageFileError(f"`input` must be a whole file, got {path}, which is damaged ({reason}); get it again.")
