import dataclasses
from pathlib import Path
from typing import Any

import pytest

from preimage.cli.existing import is_done, is_half_done
from preimage.cli.options import Fitting, Request, SharedOptions
from preimage.cli.outputs import FileJob
from preimage.errors import ArgumentError
from preimage.files.digest import file_sha256
from preimage.restore.frame.record import Record


@pytest.fixture
def job(tmp_path: Path) -> FileJob:
    """A picture that was restored before, with its record."""
    job = FileJob(tmp_path / "a.png", tmp_path / "b.png", tmp_path / "b.json")
    job.input.write_bytes(b"input")
    job.output.write_bytes(b"output")
    record(job).write(job.record)
    return job


def record(job: FileJob, **settings: Any) -> Record:
    source = {"path": str(job.input), "sha256": file_sha256(job.input)}
    known = {"sigma": "auto", "strength": 1.0, "method": "dpir", **settings}
    return Record("denoise", source, known, {}, "after one pass", 1.0, 1, output=str(job.output.resolve()))


def request(task: str = "denoise", options: SharedOptions | None = None, **settings: Any) -> Request:
    return Request(task, ("a.png",), {"sigma": "auto", "method": "dpir", **settings}, options or SharedOptions())


def test_the_same_settings_are_done(job: FileJob) -> None:
    assert is_done(job, request())
    assert is_done(job, request(noise="gaussian"))  # which records hold in another form


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (request(sigma="0.1"), "with another `--sigma`"),
        (request(options=SharedOptions(strength=2.0)), "with another `--strength`"),
        (request(method="drunet"), "with another `--method`"),
        (request("deblock"), "from something else"),
        (dataclasses.replace(request(method="dip"), fitting=Fitting(seed=1)), "with another `--s"),
    ],
)
def test_other_settings_are_named_and_replace_nothing(job: FileJob, other: Request, told: str) -> None:
    with pytest.raises(ArgumentError, match=f"exists, but was made {told}"):
        is_done(job, other)
    assert is_done(job, request(options=SharedOptions(from_json=job.record)))


def test_another_input_and_no_record(job: FileJob) -> None:
    job.input.write_bytes(b"another")
    with pytest.raises(ArgumentError, match="was made from something else; --overwrite replaces it"):
        is_done(job, request())
    job.record.unlink()
    with pytest.raises(ArgumentError, match="has no record"):
        is_done(job, request())
    job.output.unlink()
    assert not is_done(job, request())


def test_a_record_whose_picture_is_missing_is_half_of_a_result(job: FileJob) -> None:
    assert not is_half_done(job)
    job.output.unlink()
    assert is_half_done(job)
    assert not is_done(job, request())
    elsewhere = dataclasses.replace(record_of(job), output="/elsewhere/b.png")
    elsewhere.write(job.record, overwrite=True)
    assert not is_half_done(job)


def record_of(job: FileJob) -> Record:
    return Record.read(job.record)
