import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from preimage import zoo
from preimage.errors import ArgumentError, ImageFileError
from preimage.restore.frame.record import Record, check_weights, recorded_name

RECORD = Record(
    task="denoise",
    input={"path": "/tmp/photo\udcff.png", "sha256": "0" * 64},
    settings={"sigma": "auto", "strength": 1.5},
    resolved={"sigma_before_strength": 0.1, "sigma": 0.15, "steps": 8, "device": "cpu", "threads": 2},
    stopped="after one pass",
    seconds=1.25,
    peak_memory=10**9,
    notes=("a", "b"),
)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    RECORD.write(tmp_path / "a.json")
    assert Record.read(tmp_path / "a.json") == RECORD
    assert json.loads((tmp_path / "a.json").read_text())["input"]["path"] == "/tmp/photo\udcff.png"
    with pytest.raises(ImageFileError, match="exist"):
        RECORD.write(tmp_path / "a.json")
    plain = dataclasses.replace(RECORD, input={**RECORD.input, "path": "/tmp/Größe.png"})
    assert "Größe.png" in plain.to_json()


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("task",), 1),
        (("notes",), 5),
        (("settings",), []),
        (("settings", "strength"), "much"),
        (("settings", "strength"), True),
        (("settings", "strength"), 101),
        (("resolved", "steps"), 0),
        (("resolved", "steps"), 1.5),
        (("resolved", "threads"), 10**6),
        (("resolved", "sigma_before_strength"), float("nan")),
        (("resolved", "device"), 3),
        (("resolved", "weights"), []),
        (("resolved", "weights"), {"name": "a", "sha256": 1}),
        (("input", "sha256"), None),
        (("input", "path"), "a\ud800"),
        (("versions",), {"torch": 2}),
        (("unknown",), 1),
    ],
    ids=str,
)
def test_what_no_run_would_have_written_is_no_record(tmp_path: Path, place: tuple[str, ...], value: Any) -> None:
    values = dataclasses.asdict(RECORD)
    inner = values
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    (tmp_path / "a.json").write_text(json.dumps(values))
    with pytest.raises(ImageFileError, match="must be a record written beside a restored picture"):
        Record.read(tmp_path / "a.json")


def test_what_can_be_repeated_is_within_the_ranges(tmp_path: Path) -> None:
    rows = [{"name": "a", "sha256": "1"}, {"name": "b", "sha256": "2"}]
    resolved = {**RECORD.resolved, "weights": rows, "sigma_before_strength": [0.1, 0.2], "steps": None}
    wide = dataclasses.replace(RECORD, resolved=resolved)
    wide.write(tmp_path / "a.json")
    assert Record.read(tmp_path / "a.json") == wide


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="must be a readable file"):
        Record.read(tmp_path / "none.json")
    with pytest.raises(ImageFileError, match="must be a regular file"):
        Record.read(tmp_path)
    (tmp_path / "a.json").write_text("[" * 10**5)
    with pytest.raises(ImageFileError, match="must be a record"):
        Record.read(tmp_path / "a.json")


def test_what_a_record_of_an_array_does_not_name() -> None:
    assert recorded_name("gaussian:2", "kernel") == "gaussian:2"
    with pytest.raises(ArgumentError, match="`kernel` must be a file or a formula to be repeated"):
        recorded_name("", "kernel")


def test_weights_of_a_run_are_those_that_are_there_now(tmp_path: Path) -> None:
    own = tmp_path / "own.safetensors"
    own.write_bytes(b"1")
    rows = [{"name": name, "sha256": zoo.digest_of(name)} for name in ("usr-color", str(own))]
    check_weights({"weights": rows})
    check_weights({"weights": rows[0]})
    check_weights({})
    own.write_bytes(b"2")
    with pytest.raises(ArgumentError, match=r"own\.safetensors with another content"):
        check_weights({"weights": rows})
    with pytest.raises(ArgumentError, match="usr-color as it was trained later"):
        check_weights({"weights": {"name": "usr-color", "sha256": rows[1]["sha256"]}})
