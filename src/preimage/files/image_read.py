"""Decoding: an image file to samples."""

import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from preimage.errors import ImageFileError, PreimageError
from preimage.files.formats.png16 import read_png16
from preimage.files.formats.tiff import read_deep_tiff
from preimage.files.image_header import Header, damaged, inspect, open_pillow
from preimage.files.metadata.carried import Metadata
from preimage.files.metadata.reading import read_metadata, read_tiff_metadata

__all__ = ["Samples", "read_samples", "split_channels"]

_MODES = {
    "1": "1", "L": "L", "LA": "LA", "La": "LA", "P": "RGB", "PA": "RGBA", "RGB": "RGB", "RGBA": "RGBA",
    "RGBa": "RGBA", "YCbCr": "RGB", "I;16": "I;16", "I;16B": "I;16", "I;16L": "I;16",
}  # fmt: skip


@dataclass(frozen=True)
class Samples:
    """Decoded samples of the file's own type.

    Attributes:
        colour: (H, W, C), grey or RGB and then bands.
        alpha: transparency (H, W), or none.
        extras: what stands behind grey or RGB in the file, in its order: 0 for a band, 1 for transparency that is
            multiplied in, 2 for transparency that is not, as in TIFF. Empty stands for ``alpha`` alone, of kind 2.
        bits: of a sample where the file tells fewer than those of its type, or none.
        left_out: how many reduced copies or further pictures the file holds beside.
        luma_steps: the quantisation steps of a JPEG's brightness, row by row of its 8x8 frequencies.
    """

    format: str
    colour: np.ndarray
    alpha: np.ndarray | None = None
    palette: bool = False
    metadata: Metadata = field(default_factory=Metadata)
    luma_steps: tuple[int, ...] = ()
    extras: tuple[int, ...] = ()
    bits: int | None = None
    left_out: int = 0


def read_samples(path: Path) -> Samples:
    """Decode an image file; palettes are looked up, colour keys become alpha.

    Raises:
        ImageFileError: not an image, damaged, too large, several pictures, CMYK and other colour models.
        MissingDependency: the ``io`` extra is needed for this kind of file.
    """
    header = inspect(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the decoders, about tags we only carry along
            samples = replace(_decode(path, header), left_out=header.left_out)
    except PreimageError:
        raise
    except MemoryError:
        raise ImageFileError(
            f"{path} of size {header.width}x{header.height} does not fit in memory; crop it."
        ) from None
    except Exception as error:  # decoders raise errors of every kind on damaged data
        raise damaged(path, error) from error
    return samples


def _decode(path: Path, header: Header) -> Samples:
    if header.deep:
        return _decode_deep(path, header)
    with open_pillow(path, header.format) as image:
        if image.mode not in _MODES:
            raise ImageFileError(
                f"`input` must be grey or RGB, got {path} in mode {image.mode}; convert it to RGB first."
            )
        image.load()
        metadata = read_tiff_metadata(path) if header.format == "TIFF" else read_metadata(image, path, header.format)
        palette = image.mode in ("P", "PA")
        mode = _MODES[image.mode]
        if "transparency" in image.info and mode in ("L", "RGB"):
            mode = "RGBA" if mode == "RGB" else "LA"
        array = np.asarray(image if image.mode == mode else image.convert(mode))
        luma_steps = _luma_steps(image) if header.format == "JPEG" else ()
    return replace(split_channels(header.format, array, palette, metadata), luma_steps=luma_steps)


def _luma_steps(image: Any) -> tuple[int, ...]:
    """The table of the first component, which is brightness."""
    return tuple(image.quantization.get(image.layer[0][3], ()))


def _decode_deep(path: Path, header: Header) -> Samples:
    if header.format == "TIFF":
        samples, extras, bits = read_deep_tiff(path)
        found = _split_extras(samples, extras, path)
        bits_left = samples.dtype.kind == "u" and bits < 8 * samples.dtype.itemsize
        return replace(found, metadata=read_tiff_metadata(path), bits=bits if bits_left else None)
    with open_pillow(path, header.format) as image:
        metadata = read_metadata(image, path, header.format)
    return split_channels("PNG", read_png16(path), False, metadata)


def _split_extras(samples: np.ndarray, extras: tuple[int, ...], path: Path) -> Samples:
    """TIFF samples (H, W, C) as colour, bands and transparency."""
    clear = [index for index, kind in enumerate(extras) if kind in (1, 2)]
    if not clear:
        return Samples("TIFF", samples, extras=tuple(0 for _ in extras))
    if len(clear) > 1:
        raise ImageFileError(f"`input` must have one transparency, got {len(clear)} in {path}; take the others out.")
    at = samples.shape[2] - len(extras) + clear[0]
    kinds = tuple(kind if kind in (1, 2) else 0 for kind in extras)
    return Samples("TIFF", np.delete(samples, at, 2), np.ascontiguousarray(samples[..., at]), extras=kinds)


def split_channels(kind: str, array: np.ndarray, palette: bool = False, metadata: Metadata | None = None) -> Samples:
    """``array`` (H, W) or (H, W, 1 to 4) as colour and transparency."""
    metadata = Metadata() if metadata is None else metadata
    if array.ndim == 2:
        return Samples(kind, array[..., None], None, palette, metadata)
    channels = array.shape[2]
    if channels in (2, 4):
        return Samples(kind, array[..., :-1], np.ascontiguousarray(array[..., -1]), palette, metadata)
    if channels in (1, 3):
        return Samples(kind, array, None, palette, metadata)
    raise ImageFileError(f"`input` must have 1 to 4 channels, got {channels}; pick the bands to restore first.")
