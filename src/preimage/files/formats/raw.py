"""Raw pictures of cameras, DNG among them: the mosaic as the sensor saw it, by LibRaw."""

from pathlib import Path

import numpy as np

from preimage import _optional
from preimage.files.formats.array_format import array_format
from preimage.files.formats.format import StackFormat
from preimage.files.formats.quiet import quiet_decoder
from preimage.files.stacks.layout import layout_of
from preimage.files.stacks.stored import StoredArray, held_array, reading

__all__ = ["RAW", "develop", "raw_arrays"]

_SUFFIXES = (".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf", ".rw2", ".pef", ".srw")
_MARKS = (b"II*\0", b"MM\0*", b"FUJIFILM", b"IIRO", b"IIRS", b"IIU\0")


def _sniff(head: bytes) -> bool:
    return head.startswith(_MARKS) or head[4:11] == b"ftypcrx"


def raw_arrays(path: Path) -> list[StoredArray]:
    """The mosaic of the visible pixels, as numbers of the sensor.

    ``limits`` are the black and the white level; ``metadata`` holds the ``pattern`` of the 2 x 2 cell at the top left
    of the visible area, the ``white_balance`` of red, green and blue, and the ``black`` levels of the cell. Sizes and
    pattern are those of what was decoded: LibRaw rounds an odd origin of the active area, so that its tag misleads.

    Raises:
        ImageFileError: the file is damaged, or no mosaic of 2 x 2 cells.
        MissingDependency: the ``io`` extra is needed.
    """
    rawpy = _optional.require("rawpy", "io", "reading raw pictures of cameras")
    with reading(path), quiet_decoder(), rawpy.imread(str(path)) as raw:
        if raw.raw_pattern is None or raw.raw_pattern.shape != (2, 2):
            raise ValueError("it is no mosaic of 2x2 cells")
        values = np.array(raw.raw_image_visible)
        cell = raw.raw_colors_visible[:2, :2].ravel().tolist()
        letters = raw.color_desc.decode("ascii")
        black = [float(raw.black_level_per_channel[colour]) for colour in cell]
        gains = [float(gain) for gain in raw.camera_whitebalance[:3]]
        about = {
            "pattern": "".join(letters[colour] for colour in cell), "black": black,
            "white_balance": [gain / gains[1] for gain in gains] if gains[1] > 0 else [],
        }  # fmt: skip
        limits = (min(black), float(raw.white_level))
    layout = layout_of(values.shape, values.dtype, "YX", limits=limits, metadata=about)
    return [held_array(path, "", values, layout)]


def develop(path: Path, mosaic: np.ndarray) -> np.ndarray:
    """The picture (H, W, 3) of 8 bits that LibRaw makes of a raw file with other samples.

    Args:
        path: the file, which tells colours, white balance and orientation.
        mosaic: its visible pixels in numbers of the sensor; they are rounded and clipped.

    Raises:
        ImageFileError: the file is damaged.
        MissingDependency: the ``io`` extra is needed.
    """
    rawpy = _optional.require("rawpy", "io", "developing raw pictures of cameras")
    with reading(path), quiet_decoder(), rawpy.imread(str(path)) as raw:
        visible = raw.raw_image_visible
        visible[...] = np.rint(np.clip(mosaic, 0, np.iinfo(visible.dtype).max)).astype(visible.dtype)
        return np.ascontiguousarray(raw.postprocess(use_camera_wb=True))


RAW = array_format("RAW", _SUFFIXES, _sniff, StackFormat(raw_arrays, needs="rawpy"), title="camera RAW", by_name=True)
