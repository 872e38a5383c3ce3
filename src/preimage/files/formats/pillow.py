"""What the formats that Pillow decodes and encodes have in common."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.formats.format import Header
from preimage.files.metadata.carried import Metadata
from preimage.files.metadata.exif import EXIF_MARK
from preimage.files.metadata.resolution import usable_resolution
from preimage.files.samples.palette import to_palette
from preimage.files.samples.samples import Samples, split_channels

__all__ = ["decode", "image_header", "image_metadata", "make_image", "save_options"]

_MODES = {
    "1": "1", "L": "L", "LA": "LA", "La": "LA", "P": "RGB", "PA": "RGBA", "RGB": "RGB", "RGBA": "RGBA",
    "RGBa": "RGBA", "YCbCr": "RGB", "I;16": "I;16", "I;16B": "I;16", "I;16L": "I;16",
}  # fmt: skip
_CHANNELS = {"1": 1, "L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "I;16": 1}
_TYPES = {"1": np.dtype(bool), "I;16": np.dtype(np.uint16)}


def image_header(image: Any, pictures: int = 1, left_out: int = 0, bits: int = 8) -> Header:
    """The header of an image that Pillow opened, with samples of so many bits."""
    mode = _decoded_mode(image)
    channels = _CHANNELS.get(mode, len(image.getbands()))
    dtype = np.dtype(np.uint16) if bits == 16 else _TYPES.get(mode, np.dtype(np.uint8))
    return Header((image.height, image.width, channels), dtype, pictures=pictures, left_out=left_out)


def decode(image: Any, path: Path, kind: str, metadata: Callable[[], Metadata]) -> Samples:
    """Decode an image that Pillow opened; palettes are looked up, colour keys become transparency.

    Args:
        image: the image.
        path: its file, for messages.
        kind: the name of the format.
        metadata: reads it, once all of the file has been read.

    Raises:
        ImageFileError: the colour model is none of grey and RGB.
    """
    if image.mode not in _MODES:
        raise ImageFileError(f"`input` must be grey or RGB, got {path} in mode {image.mode}; convert it to RGB first.")
    image.load()
    beside = metadata()
    mode = _decoded_mode(image)
    array = np.asarray(image if image.mode == mode else image.convert(mode))
    return split_channels(kind, array, image.mode in ("P", "PA"), beside)


def _decoded_mode(image: Any) -> str:
    """The mode of what is decoded; the image's own where that is neither grey nor RGB."""
    mode = _MODES.get(str(image.mode), str(image.mode))
    if "transparency" in image.info and mode in ("L", "RGB"):
        return "RGBA" if mode == "RGB" else "LA"
    return mode


def image_metadata(image: Any, dpi: Sequence[float] | None = None, **own: Any) -> Metadata:
    """The metadata that Pillow has found in an image, and ``own`` fields of :class:`Metadata` beside."""
    return Metadata(
        exif=bytes(image.info.get("exif") or b"").removeprefix(EXIF_MARK),
        icc=bytes(image.info.get("icc_profile") or b""),
        dpi=usable_resolution(dpi),
        **own,
    )


def make_image(samples: Samples, bits: bool = True, palette: bool = False) -> Any:
    """The Pillow image of ``samples`` of one or eight bits.

    Args:
        samples: what to encode.
        bits: whether the format holds samples of one bit.
        palette: whether it holds palettes.
    """
    from PIL import Image

    colour = samples.colour
    if colour.dtype.kind == "b":
        image = Image.fromarray(colour[..., 0])
        return image if bits else image.convert("L")
    if samples.palette and palette:
        return to_palette(colour, samples.alpha)
    joined = samples.joined()
    return Image.fromarray(joined[..., 0] if joined.shape[2] == 1 else joined)


def save_options(metadata: Metadata) -> dict[str, Any]:
    """The arguments by which Pillow writes metadata that fits."""
    found = {
        "dpi": metadata.dpi, "icc_profile": metadata.icc, "exif": metadata.exif and EXIF_MARK + metadata.exif,
        "xmp": metadata.xmp,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}
