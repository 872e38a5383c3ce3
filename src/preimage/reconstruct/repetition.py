"""A recorded reconstruction done again."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from preimage.errors import ArgumentError, ImageFileError
from preimage.files.record_text import versions
from preimage.reconstruct.frame.digests import input_sha256, named_digests
from preimage.reconstruct.frame.engine import Reconstructed, ScanPlan, reconstruct
from preimage.reconstruct.frame.scan_record import ScanRecord
from preimage.reconstruct.frame.settings import ScanSettings
from preimage.reconstruct.table import find_modality

__all__ = ["reconstruct_again", "recorded_blocks", "recorded_settings"]

_RESOLVED = ("method", "weight", "sigma", "axis", "device", "threads")


def reconstruct_again(
    record: ScanRecord | Path | str,
    source: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    planned: Callable[[ScanPlan], None] | None = None,
) -> Reconstructed:
    """Do again what ``record`` tells, with its weight and noise level: the same bits on the same kind of CPU.

    Args:
        record: a record, or the JSON file beside an output.
        source: the input, where it is not, or no longer, at the recorded path.
        progress: see :func:`reconstruct`.
        planned: see :func:`reconstruct`.

    Raises:
        ImageFileError, ArgumentError: the record is none, or the input is not the recorded one.
    """
    record = record if isinstance(record, ScanRecord) else ScanRecord.read(record)
    path = Path(record.input["path"]) if source is None else source
    settings = _checked_settings(record, path)
    again = reconstruct(record.modality, path, settings, progress, planned)
    changed = [
        f"{name} {record.versions.get(name)} then, {now} now"
        for name, now in versions().items()
        if record.versions.get(name) != now
    ]
    notes = (*again.record.notes, f"bits may differ: {', '.join(changed)}") if changed else again.record.notes
    return dataclasses.replace(again, record=dataclasses.replace(again.record, settings=record.settings, notes=notes))


def _checked_settings(record: ScanRecord, path: Path) -> ScanSettings:
    if not path.exists():
        raise ImageFileError(f"`input` must be a file that exists, got {path}; name the recorded file.")
    if input_sha256(path) != record.input["sha256"]:
        raise ArgumentError(f"`input` must be the recorded file, got {path}, whose bytes differ; get the original.")
    settings = recorded_settings(record)
    files = record.resolved.get("files")
    for name, digest in named_digests(settings).items():
        if not isinstance(files, dict) or files.get(name) != digest:
            raise ArgumentError(f"`{name}` must be the recorded file, got another content; get the original back.")
    return settings


def recorded_blocks(record: ScanRecord, path: Path) -> tuple[ScanSettings, tuple[int, ...]] | None:
    """The settings and the sizes of a block where ``record`` tells of work in blocks; else ``None``.

    Args:
        record: what was done.
        path: the input.

    Raises:
        ImageFileError, ArgumentError: the input is not the recorded one, or the record is not whole.
    """
    sizes = record.resolved.get("block")
    if sizes is None:
        return None
    if not isinstance(sizes, list) or not all(isinstance(size, int) and size > 0 for size in sizes):
        raise ImageFileError("`from_json` must be a whole record, got one with a wrong block.")
    settings = _checked_settings(record, path)
    found = {name: record.resolved.get(name) for name in ("steps", "background")}
    known = {name: value for name, value in found.items() if isinstance(value, (int, float))}  # of several, found again
    return dataclasses.replace(settings, **known), tuple(sizes)


def recorded_settings(record: ScanRecord) -> ScanSettings:
    """The settings of a record, with what was found in place of what was left open.

    Raises:
        ImageFileError: one of them is not what a record holds.
    """
    kind = find_modality(record.modality).settings
    fields = {field.name: field for field in dataclasses.fields(kind)}
    values: dict[str, Any] = {name: value for name, value in record.settings.items() if name in fields}
    values |= {name: record.resolved[name] for name in _RESOLVED if record.resolved.get(name) is not None}
    values = {name: value for name, value in values.items() if name in fields}
    for name, value in values.items():
        if not isinstance(value, (str, int, float, bool, type(None))):
            raise ImageFileError(f"`from_json` must be a whole record, got one with a wrong {name}.")
    paths = {name: Path(values[name]) for name in kind.paths if values.get(name)}
    return kind(**{**values, **paths})
