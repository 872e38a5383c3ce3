"""Names of the files that stand beside an output."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from preimage.files.formats.table import by_suffix

__all__ = ["base_name", "record_beside", "records_beside"]

_OME = ".ome"


def base_name(path: Path) -> str:
    """The name of ``path`` without the whole suffix of its format: ``head.v2`` of ``head.v2.nii.gz``.

    The ``.ome`` of ``.ome.tif`` and ``.ome.zarr`` is part of the suffix. What is of no format loses what begins with
    the last dot.
    """
    format, lower = by_suffix(path), path.name.lower()
    if format is None:
        return path.stem
    longest = max((suffix for suffix in format.suffixes if lower.endswith(suffix)), key=len)
    stem = path.name[: -len(longest)]
    return (stem[: -len(_OME)] if stem.lower().endswith(_OME) else stem) or path.stem


def record_beside(output: Path) -> Path:
    """The record of any output of any command: ``w.json`` for ``w.nii.gz``, ``w.tif`` and ``w.ome.zarr``."""
    return output.with_name(f"{base_name(output)}.json")


def records_beside(outputs: Sequence[Path]) -> list[Path]:
    """The records of outputs that are made together: ``a.png.json`` and ``a.jpg.json`` where ``a.json`` is of both."""
    records = [record_beside(output) for output in outputs]
    counts = Counter(_key(record) for record in records)
    return [
        record if counts[_key(record)] == 1 else output.with_name(f"{output.name}.json")
        for output, record in zip(outputs, records, strict=True)
    ]


def _key(path: Path) -> str:
    """The same for names that some file systems do not tell apart."""
    return str(path.resolve()).casefold()
