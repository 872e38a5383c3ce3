"""What an earlier run has done."""

from typing import Any

from preimage.cli.options import Request
from preimage.cli.outputs import FileJob
from preimage.errors import ArgumentError, ImageFileError
from preimage.files.digest import file_sha256
from preimage.restore.frame.record import Record
from preimage.restore.table import find_task, is_fit

__all__ = ["is_done", "is_half_done"]

_OTHERWISE = {"flash", "method", "noise"}
"""Settings that records do not hold as given."""


def is_done(job: FileJob, request: Request) -> bool:
    """Whether the picture is there, whole, with the record that it was made from this input with these settings.

    Raises:
        ArgumentError: it is there, but was made from another input, with other settings, or by nobody knows whom.
    """
    record = _record(job)
    if record is None or not job.output.exists():
        if job.output.exists():
            raise _other(job, "has no record")
        return False
    if record.task != request.task or record.input["sha256"] != file_sha256(job.input):
        raise _other(job, "was made from something else")
    if differing := [name for name, value in _given(request).items() if value != _recorded(record, name)]:
        raise _other(job, f"was made with another `--{differing[0]}`")
    return True


def is_half_done(job: FileJob) -> bool:
    """Whether there is a record without its picture, as a process leaves that is killed between the two."""
    return not job.output.exists() and _record(job) is not None


def _record(job: FileJob) -> Record | None:
    try:
        record = Record.read(job.record)
    except ImageFileError:
        return None
    return record if record.output == str(job.output.resolve()) else None


def _given(request: Request) -> dict[str, Any]:
    if request.options.from_json is not None:
        return {}
    settings = {**request.settings, "strength": request.options.strength, "bits": request.options.bits}
    method = request.method
    fitting: dict[str, Any] = {"setting": request.fitting.setting} if is_fit(method) else {}
    fitting |= {"seed": request.fitting.seed} if is_fit(method) or request.draws_samples else {}
    known = {name: value for name, value in settings.items() if name not in _OTHERWISE and value is not None}
    return {**known, **fitting, "method": method}


def _recorded(record: Record, name: str) -> Any:
    value = record.settings.get(name, find_task(record.task).methods[0] if name == "method" else None)
    return str(value) if name == "quality" else value


def _other(job: FileJob, why: str) -> ArgumentError:
    return ArgumentError(f"{job.output} exists, but {why}; --overwrite replaces it, -o names another place.")
