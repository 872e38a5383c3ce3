"""Encoding: samples to an image file, in the format of its suffix."""

from pathlib import Path
from typing import Any

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.atomic import replacing
from preimage.files.image_header import FORMATS, SUFFIXES
from preimage.files.image_read import Samples
from preimage.files.metadata import Metadata
from preimage.files.palette import to_palette
from preimage.files.png16 import write_png16
from preimage.files.scale import Scale, full_scale
from preimage.files.tiff import write_tiff

__all__ = ["WITHOUT_EXIF", "format_of", "held_type", "rounding_notes", "write_samples"]

_NO_ALPHA = ("JPEG", "BMP")
WITHOUT_EXIF = ("BMP",)
"""Formats that cannot tell viewers how to turn a picture."""
_QUALITY: dict[str, dict[str, Any]] = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"quality": 95}}


def format_of(path: Path) -> str:
    """The format a suffix stands for.

    Raises:
        ImageFileError: unknown suffix.
    """
    try:
        return SUFFIXES[path.suffix.lower()]
    except KeyError:
        known = ", ".join(sorted(SUFFIXES))
        raise ImageFileError(
            f"`output` must end like a {FORMATS} file, got {str(path)!r}; use one of {known}."
        ) from None


def held_type(kind: str, dtype: np.dtype) -> np.dtype:
    """The sample type nearest to ``dtype`` that the format ``kind`` holds."""
    if dtype.kind == "b" or kind == "TIFF":
        return dtype
    return np.dtype(np.uint16 if kind == "PNG" and dtype.itemsize > 1 else np.uint8)


def rounding_notes(kind: str, dtype: np.dtype, held: np.dtype, scale: Scale) -> list[str]:
    """What the user should know where the format ``kind`` holds samples of ``dtype`` as ``held`` only."""
    if held == dtype:
        return []
    bits, (black, white) = 8 * held.itemsize, scale.shown
    mapped = "" if (black, white) == (0, full_scale(dtype).high) else f", from {black:g} to {white:g},"
    return [f"{kind} holds {bits} bits a sample at most: the {dtype.name} samples{mapped} were rounded to {bits} bits"]


def write_samples(path: Path, samples: Samples, overwrite: bool = False) -> None:
    """Write ``samples``, of a type that the format of ``path`` holds, whole or not at all.

    Raises:
        ImageFileError: unknown suffix, transparency in a format without, existing file, disk full.
    """
    kind = format_of(path)
    if samples.alpha is not None and kind in _NO_ALPHA:
        raise ImageFileError(
            f"{kind} cannot hold transparency, which the input of {path} has; write PNG, TIFF or WebP."
        )
    if kind != "TIFF" and any(code == 0 for code in samples.extras):
        bands = samples.colour.shape[2]
        raise ImageFileError(f"{kind} cannot hold {bands} bands, which the input of {path} has; write TIFF.")
    with replacing(path, overwrite) as temporary:
        if kind == "TIFF":
            _write_tiff(temporary, samples)
        elif samples.colour.dtype == np.uint16:
            write_png16(temporary, _joined(samples), samples.metadata)
        else:
            image = _pillow_image(kind, samples)
            image.save(temporary, kind, **_QUALITY.get(kind, {}), **_metadata_options(kind, samples.metadata))


def _joined(samples: Samples) -> np.ndarray:
    """All samples (H, W, C), in the order of ``extras``."""
    if samples.alpha is None:
        return samples.colour
    extras = _extras(samples)
    behind = next(index for index, kind in enumerate(extras) if kind)  # extras before transparency
    at = samples.colour.shape[2] - len(extras) + 1 + behind
    parts = [samples.colour[..., :at], samples.alpha[..., None].astype(samples.colour.dtype), samples.colour[..., at:]]
    return np.concatenate(parts, axis=2)


def _extras(samples: Samples) -> tuple[int, ...]:
    return samples.extras or (() if samples.alpha is None else (2,))


def _write_tiff(path: Path, samples: Samples) -> None:
    if not samples.palette or samples.alpha is not None:
        write_tiff(path, _joined(samples), samples.metadata, extras=_extras(samples))
        return
    image = to_palette(samples.colour)
    colours = np.zeros((256, 3), np.uint8)
    table = np.array(image.getpalette(), np.uint8).reshape(-1, 3)
    colours[: len(table)] = table
    write_tiff(path, np.asarray(image)[..., None], samples.metadata, colours)


def _pillow_image(kind: str, samples: Samples) -> Any:
    from PIL import Image

    colour = samples.colour
    if colour.dtype.kind == "b":
        image = Image.fromarray(colour[..., 0])
        return image.convert("L") if kind in ("JPEG", "WEBP") else image
    if samples.palette and kind in ("PNG", "BMP"):
        return to_palette(colour, samples.alpha)
    joined = _joined(samples)
    return Image.fromarray(joined[..., 0] if joined.shape[2] == 1 else joined)


def _metadata_options(kind: str, metadata: Metadata) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if metadata.icc and kind != "BMP":
        options["icc_profile"] = metadata.icc
    if metadata.dpi and kind != "WEBP":
        options["dpi"] = metadata.dpi
    if metadata.exif and kind not in WITHOUT_EXIF:
        options["exif"] = b"Exif\x00\x00" + metadata.exif
    return options
