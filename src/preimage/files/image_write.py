"""Encoding: samples to an image file, in the format of its suffix."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from preimage.files.atomic import replacing
from preimage.files.containers.jpeg_segments import segment_bytes
from preimage.files.containers.png_chunks import with_chunks
from preimage.files.formats.png16 import metadata_chunks, write_png16
from preimage.files.formats.tiff import write_tiff
from preimage.files.image_read import Samples
from preimage.files.limits import WITHOUT_ALPHA, check_holds, format_of
from preimage.files.metadata.carried import Metadata
from preimage.files.metadata.fitting import WITHOUT_EXIF, fitted
from preimage.files.metadata.reading import EXIF_MARK
from preimage.files.samples.palette import to_palette
from preimage.files.samples.scale import Scale, full_scale

__all__ = ["WITHOUT_EXIF", "held_type", "rounding_notes", "write_samples"]

_QUALITY: dict[str, dict[str, Any]] = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"quality": 95}}


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


def write_samples(path: Path, samples: Samples, overwrite: bool = False, quality: int | None = None) -> list[str]:
    """Write ``samples``, of a type that the format of ``path`` holds, whole or not at all.

    Args:
        quality: 1 to 100, of formats that lose something; 95 where ``None``, but a WebP without loss stays one.

    Returns:
        notes on what the output lacks.

    Raises:
        ImageFileError: unknown suffix, transparency in a format without, existing file, disk full.
    """
    kind = format_of(path)
    height, width, channels = samples.colour.shape
    bands = channels if 0 in samples.extras else 0
    check_holds(kind, width, height, samples.alpha, bands=bands)
    metadata, notes = fitted(samples.metadata, kind)
    if samples.alpha is not None and kind in WITHOUT_ALPHA:
        notes = [f"left out of the {kind} file, which cannot hold it: transparency, of which there is none", *notes]
        samples = replace(samples, alpha=None, extras=())
    samples = replace(samples, metadata=metadata)
    with replacing(path, overwrite) as temporary:
        if kind == "TIFF":
            _write_tiff(temporary, samples)
        elif samples.colour.dtype == np.uint16:
            write_png16(temporary, _joined(samples), metadata)
        elif kind == "PNG":
            _write_png(temporary, _pillow_image(kind, samples), metadata)
        else:
            _pillow_image(kind, samples).save(temporary, kind, **_pillow_options(kind, metadata, quality))
    return notes


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


def _pillow_options(kind: str, metadata: Metadata, quality: int | None) -> dict[str, Any]:
    """What Pillow is told of the encoding and of metadata that fits; PNG gets its own."""
    options: dict[str, Any] = dict(_QUALITY.get(kind, {}))
    if options and quality is not None:
        options["quality"] = quality
    if kind == "WEBP" and metadata.lossless and quality is None:
        options = {"lossless": True, "exact": True}  # colours that are wholly transparent, too
    if metadata.dpi:
        options["dpi"] = metadata.dpi
    if kind == "BMP":
        return options
    if metadata.icc:
        options["icc_profile"] = metadata.icc
    if metadata.exif:
        options["exif"] = EXIF_MARK + metadata.exif
    if metadata.xmp:
        options["xmp"] = metadata.xmp
    if metadata.own:
        options["extra"] = b"".join(segment_bytes(item.name, item.data) for item in metadata.own)
    return options


def _write_png(path: Path, image: Any, metadata: Metadata) -> None:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    path.write_bytes(with_chunks(buffer.getvalue(), metadata_chunks(metadata)))
