"""A recorded restoration done again."""

import dataclasses
from pathlib import Path
from typing import Any

from preimage import zoo
from preimage.errors import ArgumentError, ImageFileError
from preimage.restore.deblock import Deblock
from preimage.restore.deblur import Deblur
from preimage.restore.demosaic import demosaicking
from preimage.restore.denoise import denoising
from preimage.restore.engine import Progress, Restored, Settings, restore
from preimage.restore.inpaint import Inpaint, read_mask
from preimage.restore.kernel import as_kernel
from preimage.restore.pictures import Picture
from preimage.restore.record import Record, file_sha256, versions
from preimage.restore.superresolve import SuperResolve
from preimage.restore.task import Task

__all__ = ["repeat"]

_SETTINGS = {field.name for field in dataclasses.fields(Settings)}


def repeat(record: Record | Path | str, image: Picture | None = None, progress: Progress | None = None) -> Restored:
    """Do again what ``record`` tells, with its noise level, tiles and threads: the same bits on the same kind of CPU.

    Args:
        record: a record, or the JSON file beside an output.
        image: the input, where it is not, or no longer, at the recorded path.
        progress: see :func:`preimage.restore.deblur`.

    Raises:
        ImageFileError, ArgumentError: the record is none, or the input, kernel, mask or weights are not the recorded.
    """
    record = record if isinstance(record, Record) else Record.read(record)
    try:
        task = _task(record)
        settings = _settings(record)
        recorded_weights = record.resolved["weights"]
        source = record.input["path"] if image is None else image
        expected = record.input["sha256"]
    except (KeyError, TypeError) as error:
        raise ImageFileError(f"`from_json` must be a whole record, got one without {error}; use another.") from error
    if source == "":
        raise ArgumentError("`image` must be given again, got none; the record is of an array, which has no path.")
    if isinstance(source, (str, Path)) and file_sha256(Path(source)) != expected:
        raise ArgumentError(f"`input` must be the recorded file, got {source}, whose bytes differ; get the original.")
    _same("weights", zoo.describe(recorded_weights["name"]).sha256, recorded_weights["sha256"])
    for name, digest in task.fingerprint().items():
        _same(name.removesuffix("_sha256"), digest, record.resolved.get(name))
    again = restore(source, task, settings, progress)
    changed = [
        f"{name} {record.versions.get(name)} then, {now} now"
        for name, now in versions().items()
        if record.versions.get(name) != now
    ]
    notes = (*again.record.notes, f"bits may differ: {', '.join(changed)}") if changed else again.record.notes
    words = record.degradation or again.record.degradation
    again_as_then = dataclasses.replace(again.record, settings=record.settings, notes=notes, degradation=words)
    return Restored(again.image, again_as_then)


def _task(record: Record) -> Task:
    options = record.settings
    if record.task == "denoise":
        return denoising(options.get("method", "drunet"))
    if record.task == "deblur":
        return Deblur(as_kernel(_named(options["kernel"], "kernel")), options["kernel"])
    if record.task == "superresolve":
        spec = options["kernel"]
        return SuperResolve(options["factor"], as_kernel(spec) if spec else None, spec or "")
    if record.task == "inpaint":
        return Inpaint(read_mask(_named(options["mask"], "mask")), options["mask"])
    if record.task == "demosaic":
        return demosaicking(options["pattern"], options.get("method", "dpir"))
    if record.task == "deblock":
        return Deblock(record.resolved["quality"])
    raise ImageFileError(f"`from_json` must record a known task, got {record.task!r}; it is from another version.")


def _settings(record: Record) -> Settings:
    resolved = record.resolved
    common: dict[str, Any] = {name: value for name, value in record.settings.items() if name in _SETTINGS}
    return Settings(
        **{
            **common,
            "sigma": resolved.get("sigma_before_strength", "auto"),
            "steps": resolved["steps"],
            "weights": resolved["weights"]["name"],
            "memory": None,
            "device": resolved["device"],
            "tile": resolved["tile"],
            "threads": resolved["threads"],
        }
    )


def _named(spec: str, name: str) -> str:
    if not spec:
        raise ArgumentError(f"`{name}` must be a file or a formula to be repeated, got a record of an array.")
    return spec


def _same(name: str, now: str, then: Any) -> None:
    if now != then:
        raise ArgumentError(f"`{name}` must be the recorded one, got another content; get the original back.")
