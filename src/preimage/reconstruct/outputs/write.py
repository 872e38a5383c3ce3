"""A reconstruction on disk: the record, the preview and the image, together or not at all."""

import dataclasses
from pathlib import Path

from preimage.files.atomic import replacing_together
from preimage.files.stacks.writing import stack_format_of, writing_stack
from preimage.machine.memory import peak_bytes
from preimage.reconstruct.frame.engine import Reconstructed
from preimage.reconstruct.frame.scan_record import ScanRecord
from preimage.reconstruct.outputs.places import written_files
from preimage.reconstruct.outputs.preview import draw_preview
from preimage.reconstruct.outputs.table import check_output_format, layout_on

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
    grid = found.grid
    layout = layout_on(found.image, grid) if found.layout is None else found.layout.of_type(found.image.dtype)
    stack_format_of(output, layout)
    paths, folders = written_files(output, preview), [output] if check_output_format(output) else []
    record = dataclasses.replace(found.record, output=str(output.resolve()), peak_memory=peak_bytes())
    with replacing_together(paths, overwrite, folders) as staged:
        with writing_stack(staged[-1], layout) as writer:
            for index in layout.planes():
                writer.put(index, found.image[index])
        if preview:
            draw_preview(found.image, grid.sizes, grid.unit).save(staged[1])
        staged[0].write_text(record.to_json(), encoding="utf-8")
    return record
