"""The record beside a reconstruction: everything that made it, so that it can be made again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from preimage.errors import ImageFileError
from preimage.files.record_text import read_record_values, record_text, versions

__all__ = ["ScanRecord"]


@dataclass(frozen=True)
class ScanRecord:
    """What was asked, what it was resolved to, and what came of it.

    Attributes:
        modality: ct, mri, pet or deconvolve.
        input: path and sha256 of its bytes.
        settings: as given; those that are ``auto`` or left out are in ``resolved``.
        resolved: method, steps, weight, noise level, device, threads, and what was found in the file.
        stopped: why the method stopped.
        seconds: how long the reconstruction took, without reading and writing.
        peak_memory: bytes, of the process since its start.
        voxel: its sides from slice to slice, row to row and column to column, and their unit.
        notes: what the user should know.
        versions: the versions of preimage, torch and Python.
        output: where the image was written.
    """

    modality: str
    input: Mapping[str, str]
    settings: Mapping[str, Any]
    resolved: Mapping[str, Any]
    stopped: str
    seconds: float
    peak_memory: int
    voxel: tuple[float | str, ...] = ()
    notes: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=versions)
    output: str = ""

    def to_json(self) -> str:
        """The record as JSON."""
        return record_text(self)

    @staticmethod
    def read(path: Path | str) -> "ScanRecord":
        """The record in a JSON file.

        Raises:
            ImageFileError: the file is missing or no record.
        """
        try:
            values = read_record_values(path)
            lists = {"voxel": tuple(values["voxel"]), "notes": tuple(values["notes"])}
            record = ScanRecord(**{**values, **lists})
            texts = [record.modality, record.input["path"], record.input["sha256"], record.output]
            if not all(isinstance(text, str) for text in texts):
                raise TypeError("a text of a record is something else")
            if not isinstance(record.settings, dict) or not isinstance(record.resolved, dict):
                raise TypeError("a table of a record is something else")
            return record
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ImageFileError(
                f"`from_json` must be a record written beside a reconstruction, got {path}, which is none."
            ) from error
