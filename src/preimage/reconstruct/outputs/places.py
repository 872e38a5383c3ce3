"""Where the files of a reconstruction go."""

from pathlib import Path

from preimage.files.places import base_name, record_beside

__all__ = ["preview_path", "written_files"]


def preview_path(output: Path) -> Path:
    """The picture beside ``output``."""
    return output.with_name(f"{base_name(output)}.png")


def written_files(output: Path, preview: bool) -> tuple[Path, ...]:
    """All files that are written, the record first and the image last."""
    return (record_beside(output), *((preview_path(output),) if preview else ()), output)
