"""Zarr 2 and 3, and OME-Zarr 0.4 and 0.5: folders of chunks."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.formats.array_format import array_format
from preimage.files.formats.format import Put, StackFormat
from preimage.files.stacks.layout import LETTERS, Layout, layout_of, usual_axes
from preimage.files.stacks.stored import Box, StoredArray, reading
from preimage.files.stacks.units import long_unit, unit_of

__all__ = ["ZARR", "zarr_arrays"]

_TYPES = (
    "bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32", "float64",
    "complex64", "complex128",
)  # fmt: skip
_CHUNK = 1024
_MOST = 4096
_NAMES = {"time": "T", "channel": "C"}
_ORDER = "TCZYX"  # of OME-Zarr's axes: time, channels, then space


def _is_store(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("zarr.json", ".zarray", ".zgroup"))


def zarr_arrays(path: Path) -> list[StoredArray]:
    """The arrays of a store: of OME-Zarr the one of full size, with its axes, scale and units.

    An array of which nothing is told is (plane, row, column), or has the usual axes of as many dimensions. Chunks that
    are not there have the fill value, as the format says.

    Raises:
        ImageFileError: the store is damaged.
        MissingDependency: the ``io`` extra is needed.
    """
    zarr = _optional.require("zarr", "io", "reading Zarr stores")
    with reading(path):
        node = zarr.open(path, mode="r")
        if isinstance(node, zarr.Array):
            return [_array(path, "", node, _plain(node))]
        images = _multiscales(node.attrs.asdict())
        if images:
            return [
                _of_image(path, node, image, "" if len(images) == 1 else str(at)) for at, image in enumerate(images)
            ]
        found = []
        for name, member in node.members(max_depth=8):
            if isinstance(member, zarr.Array) and member.dtype.kind in "fiubc" and len(found) < _MOST:
                found.append(_array(path, name, member, _plain(member)))
        return found


def _multiscales(attributes: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    told = attributes.get("ome", attributes)
    images = told.get("multiscales", []) if isinstance(told, Mapping) else []
    return [image for image in images if isinstance(image, Mapping)]


def _of_image(path: Path, group: Any, image: Mapping[str, Any], name: str) -> StoredArray:
    """The first data set of an image of OME-Zarr, which is the largest."""
    dataset = image["datasets"][0]
    array = group[dataset["path"]]
    axes = "".join(_letter(axis) for axis in image.get("axes", ()))
    if len(axes) != len(array.shape) or len(set(axes)) != len(axes) or axes[-2:] != "YX":
        raise ValueError(f"its axes are {image.get('axes')}")
    factors = [1.0] * len(axes)
    transforms = [*dataset.get("coordinateTransformations", ()), *image.get("coordinateTransformations", ())]
    for step in transforms:
        if step.get("type") == "scale":
            factors = [one * float(other) for one, other in zip(factors, step["scale"], strict=True)]
    units = {axes[at]: unit_of(str(axis.get("unit", ""))) for at, axis in enumerate(image["axes"])}
    spacing = {letter: factor for letter, factor in zip(axes, factors, strict=True) if letter != "C" and units[letter]}
    told = group.attrs.asdict()
    channels = told.get("ome", told).get("omero", {}).get("channels", [])
    names = [str(channel.get("label", "")) for channel in channels if isinstance(channel, Mapping)]
    about = {"channels": names} if any(names) else {}
    layout = layout_of(array.shape, array.dtype, axes, spacing, units, metadata=about)
    return replace(_array(path, name, array, layout), is_in_own_order=True)


def _letter(axis: Any) -> str:
    """The letter of an axis by its type, or by its name."""
    return _NAMES.get(str(axis.get("type", "")), str(axis.get("name", "?"))[:1].upper())


def _plain(array: Any) -> Layout:
    """What the names of dimensions tell, of Zarr 3 or of xarray."""
    told = array.attrs.asdict()
    names = array.metadata.dimension_names if array.metadata.zarr_format == 3 else None
    names = told.get("_ARRAY_DIMENSIONS") if names is None else names
    axes = "".join(_NAMES.get(str(name).lower(), str(name).upper()) for name in names or ())
    fits = len(axes) == array.ndim and len(set(axes)) == len(axes) and not set(axes) - set(LETTERS)
    return layout_of(
        array.shape, array.dtype, axes if fits and axes.rstrip("S")[-2:] == "YX" else usual_axes(array.ndim)
    )


def _array(path: Path, name: str, array: Any, layout: Layout) -> StoredArray:
    if layout.dtype.kind not in "fiubc":
        raise ValueError(f"its values are of type {layout.dtype}")
    return StoredArray(path, name, layout, _taker(array))


def _taker(array: Any) -> Callable[[Box], np.ndarray]:
    def take(box: Box) -> np.ndarray:
        return np.asarray(array[box] if box else array[...])

    return take


@contextmanager
def _create(path: Path, layout: Layout) -> Iterator[Put]:
    """A store of Zarr 3, its chunks within planes: OME-Zarr 0.5 where it is called so or distances are known.

    Attributes are written once, as plain numbers and texts: after a refused one zarr (3.1.6) writes no more of them.
    """
    zarr = _optional.require("zarr", "io", "writing Zarr stores")
    is_called = path.name.lower().endswith(".ome.zarr")
    can_be = len(layout.shape) >= 2 and not set(layout.axes) - set(_ORDER)
    if is_called and not can_be:
        raise ImageFileError(f"OME-Zarr cannot hold axes {layout.axes}; name them (--axes), or write .zarr.")
    is_ome = is_called or (can_be and any(layout.spacing))
    order = list(range(len(layout.axes)))
    order = sorted(order, key=lambda at: _ORDER.index(layout.axes[at])) if is_ome else order
    axes = "".join(layout.axes[at] for at in order)
    stored = layout.permuted(order, axes)
    inside = layout.plane_axes
    chunks = tuple(1 if at < len(axes) - inside else min(_CHUNK, length) for at, length in enumerate(stored.shape))
    names = [letter.lower() for letter in axes] if axes.isupper() else None
    if is_ome:
        attributes = {"ome": {"version": "0.5", **_described(stored, path.name)}}
        group = zarr.open_group(path, mode="w", zarr_format=3, attributes=attributes)
        values = group.create_array("0", shape=stored.shape, dtype=stored.dtype, chunks=chunks, dimension_names=names)
    else:
        values = zarr.create_array(path, shape=stored.shape, dtype=stored.dtype, chunks=chunks, dimension_names=names)

    def put(index: tuple[int, ...], plane: np.ndarray) -> None:
        place = (*index, *(slice(None) for _ in range(inside)))
        values[tuple(place[at] for at in order)] = plane

    yield put


def _described(layout: Layout, name: str) -> dict[str, Any]:
    """The image of OME-Zarr in plain types."""
    axes = []
    for letter in layout.axes:
        kind = {"T": "time", "C": "channel"}.get(letter, "space")
        unit = long_unit(layout.unit(letter))
        axes.append({"name": letter.lower(), "type": kind, **({"unit": unit} if unit and kind != "channel" else {})})
    scale = [float(step) if step else 1.0 for step in layout.spacing]
    datasets = [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": scale}]}]
    told: dict[str, Any] = {"multiscales": [{"name": name.split(".")[0], "axes": axes, "datasets": datasets}]}
    channels = layout.metadata.get("channels")
    if channels and len(channels) == layout.size("C"):
        told["omero"] = {"channels": [_channel(str(label), layout.dtype) for label in channels]}
    return told


def _channel(label: str, dtype: np.dtype) -> dict[str, Any]:
    """A channel that viewers show in grey, over the range of its type."""
    low, high = (float(np.iinfo(dtype).min), float(np.iinfo(dtype).max)) if dtype.kind in "iu" else (0.0, 1.0)
    window = {"min": low, "max": high, "start": low, "end": high}
    return {"label": label, "color": "FFFFFF", "active": True, "window": window}


ZARR = array_format(
    "Zarr",
    (".zarr",),
    lambda head: False,
    StackFormat(
        zarr_arrays, _create, _TYPES, is_folder=_is_store, makes_folder=True, usual=("0", "image", "data"), needs="zarr"
    ),
)
