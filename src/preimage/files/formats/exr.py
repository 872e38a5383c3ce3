"""OpenEXR: pictures of floats, by the names of their channels."""

from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.files.formats.array_format import array_format
from preimage.files.formats.format import StackFormat
from preimage.files.formats.quiet import quiet_decoder
from preimage.files.formats.whole import creating_picture
from preimage.files.stacks.layout import Layout, layout_of
from preimage.files.stacks.stored import StoredArray, held_array, reading

__all__ = ["EXR", "exr_arrays"]

_MARK = b"\x76\x2f\x31\x01"
_COLOURS = ("R", "G", "B", "A")


def exr_arrays(path: Path) -> list[StoredArray]:
    """The parts of a file: colours where there are R, G and B, else the channels in the order of their names.

    Raises:
        ImageFileError: the file is damaged.
        MissingDependency: the ``io`` extra is needed.
    """
    openexr = _optional.require("OpenEXR", "io", "reading OpenEXR files")
    with reading(path), quiet_decoder(), openexr.File(str(path), separate_channels=True) as file:
        return [_part(path, "" if len(file.parts) == 1 else str(at), part) for at, part in enumerate(file.parts)]


def _part(path: Path, name: str, part: Any) -> StoredArray:
    channels = {channel: np.asarray(part.channels[channel].pixels) for channel in sorted(part.channels)}
    if not channels or any(pixels.ndim != 2 for pixels in channels.values()):
        raise ValueError("it has no channels of pixels")
    names = [channel for channel in _COLOURS if channel in channels]
    if len(channels) == 1:
        (values,), axes, about = channels.values(), "YX", {}
    elif names[:3] == list(_COLOURS[:3]) and len(names) == len(channels):
        values, axes, about = np.stack([channels[channel] for channel in names], 2), "YXS", {}
    else:
        values, axes, about = np.stack(list(channels.values())), "CYX", {"channels": list(channels)}
    return held_array(path, name, values, layout_of(values.shape, values.dtype, axes, metadata=about))


def _write(path: Path, values: np.ndarray, layout: Layout) -> None:
    """Each channel by itself and in C order: others are written in the order of their memory (3.5.3)."""
    openexr = _optional.require("OpenEXR", "io", "writing OpenEXR files")
    header = {"compression": openexr.ZIP_COMPRESSION, "type": openexr.scanlineimage}
    names = _COLOURS[: values.shape[2]] if values.ndim == 3 and values.shape[2] in (3, 4) else ("Y", "A", "B", "C")
    planes = values[..., None] if values.ndim == 2 else values
    channels = {names[at]: np.ascontiguousarray(planes[..., at]) for at in range(planes.shape[2])}
    with openexr.File(header, channels) as file:
        file.write(str(path))


EXR = array_format(
    "OpenEXR",
    (".exr",),
    lambda head: head.startswith(_MARK),
    StackFormat(
        exr_arrays, creating_picture("OpenEXR", _write), ("float16", "float32", "uint32"), axes=(2, 3), needs="OpenEXR"
    ),
)
