"""A recorded restoration done again."""

import dataclasses
from pathlib import Path
from typing import Any

from preimage.errors import ArgumentError, ImageFileError
from preimage.files.digest import file_sha256
from preimage.files.record_text import versions
from preimage.restore.frame.engine import Restored, as_method, restore
from preimage.restore.frame.method import Method
from preimage.restore.frame.pictures import Picture
from preimage.restore.frame.record import Record, check_weights
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Progress
from preimage.restore.table import find_method, find_task, is_known

__all__ = ["repeat"]

_SETTINGS = {field.name for field in dataclasses.fields(Settings)}


def repeat(
    record: Record | Path | str,
    image: Picture | None = None,
    progress: Progress | None = None,
    method: str | Method | None = None,
) -> Restored:
    """Do again what ``record`` tells, with its noise level, tiles and threads: the same bits on the same kind of CPU.

    Args:
        record: a record, or the JSON file beside an output.
        image: the input, where it is not, or no longer, at the recorded path.
        progress: see :func:`preimage.restore.deblur`.
        method: that of the record, to be given again where it is not one of preimage's own.

    Raises:
        ImageFileError, ArgumentError: the record is none, or the input, kernel, mask or weights are not the recorded.
    """
    record = record if isinstance(record, Record) else Record.read(record)
    try:
        source = record.input["path"] if image is None else image
        if isinstance(source, str) and source == "":
            raise ArgumentError("`image` must be given again, got none; the record is of an array, which has no path.")
        chosen = _method(record, method)
        task = chosen.form(_task(record, source))
        settings = _settings(record, chosen)
        expected = record.input["sha256"]
        check_weights(record.resolved)
    except (KeyError, TypeError, AttributeError) as error:
        raise ImageFileError(f"`from_json` must be a whole record, got one with a wrong or missing {error}.") from error
    if isinstance(source, (str, Path)) and file_sha256(Path(source)) != expected:
        raise ArgumentError(f"`input` must be the recorded file, got {source}, whose bytes differ; get the original.")
    for name, digest in task.fingerprint().items():
        if digest != record.resolved.get(name):
            named = name.removesuffix("_sha256")
            raise ArgumentError(f"`{named}` must be the recorded one, got another content; get the original back.")
    again = restore(source, task, chosen, settings, progress)
    changed = [
        f"{name} {record.versions.get(name)} then, {now} now"
        for name, now in versions().items()
        if record.versions.get(name) != now
    ]
    notes = (*again.record.notes, f"bits may differ: {', '.join(changed)}") if changed else again.record.notes
    words = record.degradation or again.record.degradation
    again_as_then = dataclasses.replace(again.record, settings=record.settings, notes=notes, degradation=words)
    return dataclasses.replace(again, record=again_as_then)


def _task(record: Record, image: Picture) -> Task:
    kind = find_task(record.task).load(Task)
    return kind.of(image, kind.recorded(record.settings, record.resolved))


def _method(record: Record, given: str | Method | None) -> Method:
    """The recorded method; code of others runs only where it is named again.

    Raises:
        ArgumentError: it has to be, or is another one.
    """
    row = find_task(record.task)
    name = record.settings.get("method", row.unnamed or row.methods[0])
    if given is None:
        if not is_known(name):
            raise ArgumentError(f"`method` must be given to repeat what {name}, of another module, did, got none.")
        return find_method(name, record.task).load(Method).recorded(record.settings, record.resolved)
    method = as_method(given, record.task)
    if method.name != name:
        raise ArgumentError(f"`method` must be the recorded one, {name}, got {method.name}; leave it out.")
    return method.recorded(record.settings, record.resolved)


def _settings(record: Record, method: Method) -> Settings:
    settings, resolved = record.settings, record.resolved
    common: dict[str, Any] = {name: value for name, value in settings.items() if name in _SETTINGS}
    sigma = find_task(record.task).load(Task).recorded_sigma(settings, resolved)
    sigma = tuple(sigma) if isinstance(sigma, list) else sigma
    found = {**common, "steps": resolved["steps"], "memory": None, "device": resolved["device"]}
    found |= method.settled(settings, resolved, sigma)
    return Settings(**{**found, "threads": resolved["threads"]})
