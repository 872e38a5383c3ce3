"""A reconstruction on disk: the record, the preview and the image, together or not at all."""

import dataclasses
from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.atomic import replacing_together
from preimage.machine.memory import peak_bytes
from preimage.reconstruct.frame.engine import Reconstructed
from preimage.reconstruct.frame.scan_record import ScanRecord
from preimage.reconstruct.outputs.places import written_files
from preimage.reconstruct.outputs.preview import draw_preview
from preimage.reconstruct.outputs.table import output_format_of

__all__ = ["write_reconstruction"]


def write_reconstruction(
    found: Reconstructed, output: Path, preview: bool = True, overwrite: bool = False
) -> ScanRecord:
    """Write an image, a picture of it (``.png``) and its record (``.json``) beside it.

    Args:
        found: the image.
        output: the file, whose suffix tells the format.
        preview: whether to draw the picture.
        overwrite: whether to replace files that exist.

    Returns:
        The record as it was written.

    Raises:
        ImageFileError: the suffix is unknown, the format holds no complex numbers, or a file cannot be written.
    """
    row, grid = output_format_of(output), found.grid
    if np.iscomplexobj(found.image) and not row.holds_complex:
        raise ImageFileError(f"{output.name} cannot hold complex numbers; write .npy, .mat, .h5 or .nii.")
    paths = written_files(output, preview)
    record = dataclasses.replace(found.record, output=str(output.resolve()), peak_memory=peak_bytes())
    with replacing_together(paths, overwrite) as staged:
        row.write(staged[-1], found.image, grid)
        if preview:
            draw_preview(found.image, grid.sizes, grid.unit).save(staged[1])
        staged[0].write_text(record.to_json(), encoding="utf-8")
    return record
