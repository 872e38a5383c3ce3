"""A recorded restoration of a raw picture, to be done again."""

import dataclasses
from dataclasses import dataclass

from preimage import zoo
from preimage.errors import ArgumentError, ImageFileError
from preimage.restore.frame.method import Method
from preimage.restore.frame.record import Record
from preimage.restore.frame.settings import Settings
from preimage.restore.table import find_method
from preimage.restore.tasks.denoise import Denoise

__all__ = ["RecordedRaw", "recorded_raw"]

_SETTINGS = {field.name for field in dataclasses.fields(Settings)}


@dataclass(frozen=True)
class RecordedRaw:
    """What a record tells: what was undone, with the noise that was found, and how."""

    task: Denoise
    method: Method
    settings: Settings


def recorded_raw(record: Record) -> RecordedRaw:
    """What is needed to do again what ``record`` tells.

    Raises:
        ImageFileError: it is no record of a raw picture.
        ArgumentError: its weights are not those that are there now.
    """
    asked, resolved = record.settings, record.resolved
    try:
        method = find_method(asked["method"], record.task).load(Method).recorded(asked, resolved)
        sigma = Denoise.recorded_sigma(asked, resolved)
        common = {name: value for name, value in asked.items() if name in _SETTINGS}
        found = {**common, "memory": None, "device": resolved["device"], "threads": resolved["threads"]}
        found |= method.settled(asked, resolved, sigma)
        task = Denoise(**Denoise.recorded(asked, resolved))
        weights = resolved["weights"]
        digests = [(row["name"], row["sha256"]) for row in (weights if isinstance(weights, list) else [weights])]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ImageFileError(
            f"`from_json` must be a whole record of a mosaic, got one with a wrong {error}."
        ) from error
    for name, digest in digests:
        if zoo.digest_of(name) != digest:
            raise ArgumentError(f"`weights` must be the recorded ones, got others called {name}; get them back.")
    return RecordedRaw(task, method, Settings(**found))
