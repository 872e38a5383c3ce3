"""A recorded restoration of a stack, to be done again."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from preimage.errors import ArgumentError, ImageFileError
from preimage.restore.frame.method import Method
from preimage.restore.frame.record import Record, check_weights, recorded_name
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.stacks.job import OPTIONS
from preimage.restore.stacks.survey import Survey
from preimage.restore.table import find_method, find_task

__all__ = ["RecordedStack", "recorded_stack"]

_SETTINGS = {field.name for field in dataclasses.fields(Settings)}


@dataclass(frozen=True)
class RecordedStack:
    """What a record tells: how a stack was read, what was found of it, and how it was restored.

    Attributes:
        key: the name of the array.
        axes: its axes as they were given.
        mode: ``planes``, ``volume`` or ``time``.
        survey: the spans and levels that were found.
        task: what was undone.
        method: how.
        settings: with the tiles, weights and threads of then.
        block: the sizes of a block; ``None``: it went plane by plane.
    """

    key: str | None
    axes: str | None
    mode: str
    survey: Survey
    task: Task
    method: Method
    settings: Settings
    block: tuple[int, ...] | None = None


def recorded_stack(record: Record) -> RecordedStack:
    """What is needed to do again what ``record`` tells.

    Raises:
        ImageFileError: it is no record of a stack.
        ArgumentError: its weights are not those that are there now.
    """
    asked, resolved = record.settings, record.resolved
    try:
        survey = Survey.recorded(resolved["stack"])
        method = find_method(asked["method"], record.task).load(Method).recorded(asked, resolved)
        common = {name: value for name, value in asked.items() if name in _SETTINGS}
        found = {**common, "memory": None, "device": resolved["device"], "threads": resolved["threads"]}
        found |= method.settled(asked, resolved, asked["sigma"])
        check_weights(resolved)
        kind = find_task(record.task).load(Task)
        told = {name: asked[name] for name in OPTIONS[record.task] if name in asked}
        task = kind.of(record.input["path"], {**told, **_kernel_of(told)})
        key, axes, mode = asked["key"], asked["axes"], asked.get("mode", "planes")
        sizes = resolved["stack"].get("block")
        block = None if sizes is None else tuple(int(size) for size in sizes)
    except ArgumentError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ImageFileError(f"`from_json` must be a whole record of a stack, got one with a wrong {error}.") from error
    for name, digest in task.fingerprint().items():
        if digest != resolved.get(name):
            named = name.removesuffix("_sha256")
            raise ArgumentError(f"`{named}` must be the recorded one, got another content; get the original back.")
    return RecordedStack(key, axes, mode, survey, task, method, Settings(**found), block)


def _kernel_of(told: Mapping[str, Any]) -> dict[str, str]:
    """The kernel, which has no name where it was an array."""
    return {"kernel": recorded_name(told["kernel"], "kernel")} if "kernel" in told else {}
