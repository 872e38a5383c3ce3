"""Encoding: samples to an image file, in the format of its suffix."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from preimage.files.atomic import replacing
from preimage.files.formats.format import Format
from preimage.files.limits import check_holds, output_format
from preimage.files.metadata.carried import Metadata
from preimage.files.metadata.exif import is_block
from preimage.files.samples.samples import Samples
from preimage.files.samples.scale import SampleScale, full_scale

__all__ = ["fit_metadata", "rounding_notes", "write_samples"]


def rounding_notes(output: Format, dtype: np.dtype, scale: SampleScale) -> list[str]:
    """What the user should know where the format ``output`` does not hold samples of ``dtype`` as they are."""
    held = output.holds.nearest(dtype)
    if held == dtype:
        return []
    bits, (black, white) = 8 * held.itemsize, scale.shown
    mapped = "" if (black, white) == (0, full_scale(dtype).high) else f", from {black:g} to {white:g},"
    rounded = f"the {dtype.name} samples{mapped} were rounded to {bits} bits"
    return [f"{output.name} holds {bits} bits a sample at most: {rounded}"]


def write_samples(path: Path, samples: Samples, overwrite: bool = False, quality: int | None = None) -> list[str]:
    """Write ``samples``, of a type that the format of ``path`` holds, whole or not at all.

    Args:
        path: the file, whose suffix tells the format.
        samples: what to write.
        overwrite: whether to replace a file that exists.
        quality: 1 to 100, of formats that lose something; 95 where ``None``, but a WebP without loss stays one.

    Returns:
        notes on what the output lacks.

    Raises:
        ImageFileError: unknown suffix, transparency in a format without, existing file, disk full.
    """
    output = output_format(path)
    height, width, channels = samples.colour.shape
    check_holds(output, width, height, samples.alpha, bands=channels if 0 in samples.extras else 0)
    metadata, notes = fit_metadata(samples.metadata, output)
    if samples.alpha is not None and not output.holds.alpha:
        what = "transparency, of which there is none"
        notes = [f"left out of the {output.name} file, which cannot hold it: {what}", *notes]
        samples = replace(samples, alpha=None, extras=())
    assert output.write is not None
    with replacing(path, overwrite) as temporary:
        output.write(temporary, replace(samples, metadata=metadata), quality)
    return notes


def fit_metadata(metadata: Metadata, output: Format) -> tuple[Metadata, list[str]]:
    """``metadata`` as the format ``output`` holds it, and notes that name the rest."""
    foreign = [item.title for item in metadata.own if item.format != output.name]
    mine = replace(metadata, own=tuple(item for item in metadata.own if item.format == output.name), left_out=())
    damaged = [] if is_block(mine.exif) else ["EXIF, which is damaged"]
    kept, names = output.fit(replace(mine, exif=b"") if damaged else mine)
    names = [*damaged, *names, *foreign]
    notes = [f"left out of the {output.name} file, which cannot hold it: {', '.join(names)}"] if names else []
    if metadata.left_out:
        notes.append(f"left out, because it belongs to the pixels of the input: {', '.join(metadata.left_out)}")
    return kept, notes
