import copy
import json
import os
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image

from preimage.cli.app import run
from preimage.cli.options import Request, SharedOptions
from preimage.cli.restore import _run
from preimage.errors import PreimageError
from preimage.restore import ImageFile, Record
from preimage.restore.table import find_task

pytestmark = pytest.mark.usefixtures("tiny")


@pytest.mark.parametrize("compare", ["out.png", "photo.png", "out.json"])
def test_what_is_written_has_files_of_its_own(photograph, compare, capsys, monkeypatch):
    monkeypatch.chdir(photograph.parent)
    before = photograph.read_bytes()
    code = run(["restore", "denoise", "photo.png", "-o", "out.png", "--compare", compare, "--overwrite"])
    assert code == 2
    assert "files of their own" in capsys.readouterr().err
    assert photograph.read_bytes() == before
    assert not (photograph.parent / "out.png").exists()


def test_before_is_the_input_that_the_output_replaces(tmp_path, photograph):
    before = np.asarray(Image.open(photograph))
    command = ["restore", "denoise", str(photograph), "-o", str(photograph), "--overwrite", "--sigma", "20/255"]
    assert run([*command, "--compare", str(tmp_path / "both.png")]) == 0
    after = np.asarray(Image.open(photograph))
    both = np.asarray(Image.open(tmp_path / "both.png"))
    height, width = before.shape[:2]
    assert np.array_equal(both[-height:, :width], before)
    assert np.array_equal(both[-height:, -width:], after)
    assert not np.array_equal(before, after)


def test_any_error_is_that_of_one_file(photograph, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "all"
    folder.mkdir()
    for name in ("a.png", "b.png", "c.png"):
        (folder / name).write_bytes(photograph.read_bytes())
    write = ImageFile.write

    def failing(self, path, overwrite=False, quality=None):
        if path.name == "b.png":
            raise ZeroDivisionError("of a library")
        return write(self, path, overwrite, quality)

    monkeypatch.setattr(ImageFile, "write", failing)
    assert run(["restore", "denoise", str(folder), "-o", str(tmp_path / "out")]) == 1
    assert {path.name for path in (tmp_path / "out").glob("*.png")} == {"a.png", "c.png"}
    assert "of a library" in capsys.readouterr().out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_pipes_are_passed_over_in_folders_and_refused_as_files(photograph, tmp_path, capsys):
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "a.png").write_bytes(photograph.read_bytes())
    os.mkfifo(folder / "b.png")
    assert run(["restore", "denoise", str(folder), "-o", str(tmp_path / "out")]) == 0
    assert run(["restore", "denoise", str(folder / "b.png"), "-o", str(tmp_path / "c.png")]) == 2
    assert "pipe or device" in capsys.readouterr().err
    assert run(["restore", "denoise", "--from-json", str(folder / "b.png"), "-o", str(tmp_path / "c.png")]) == 2
    assert "regular file" in capsys.readouterr().err


def test_a_name_that_no_file_system_takes_is_refused(photograph, tmp_path, capsys):
    assert run(["restore", "denoise", str(photograph), "-o", str(tmp_path / f"{'a' * 300}.png")]) == 2
    assert "too long" in capsys.readouterr().err


BAD = [None, -1, 1e30, 10**23, "x", "\ud800", [], {}, [1], True, float("nan")]


def places(table, path=()):
    for name, value in table.items():
        yield (*path, name)
        if isinstance(value, dict):
            yield from places(value, (*path, name))


def status(request):
    """Of a command as it was understood, which saves the parsing of a hundred of them."""
    try:
        return _run(request)
    except PreimageError:
        return 2


def test_records_are_not_trusted(photograph, tmp_path, capsys):
    assert run(["restore", "denoise", str(photograph), "-o", str(tmp_path / "out.png")]) == 0
    record = json.loads((tmp_path / "out.json").read_text())
    damaged = tmp_path / "damaged.json"
    command = ["restore", "denoise", "--from-json", str(damaged), "-o", str(tmp_path / "again.png")]
    damaged.write_text("[" * 100_000)
    assert run(command) == 2
    assert "internal" not in capsys.readouterr().err
    usual = {option.name: option.default for option in find_task("denoise").options}
    options = SharedOptions(output=tmp_path / "again.png", overwrite=True, from_json=damaged)
    request = Request("denoise", (), usual, options)
    damaged.write_text(json.dumps(record))
    assert status(request) == 0
    required = [("task",), ("input",), ("input", "path"), ("input", "sha256"), ("settings",), ("settings", "strength")]
    required += [("resolved",), *[("resolved", name) for name in ("steps", "tile", "threads", "weights")]]
    assert set(required) <= set(places(record))
    for place in required:
        for value in BAD:
            changed = copy.deepcopy(record)
            table = changed
            for name in place[:-1]:
                table = table[name]
            if value == table[place[-1]]:
                continue
            table[place[-1]] = value
            damaged.write_text(json.dumps(changed))
            # What a repetition does not need may be missing; what it takes must be of the right kind.
            assert status(request) in ((0, 2) if value is None else (2,)), (place, value)


def test_a_picture_whose_record_cannot_be_written_is_not_written_either(photograph, tmp_path, monkeypatch, capsys):
    def failing(self, path, overwrite=False, quality=None):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Record, "write", failing)
    assert run(
        ["restore", "denoise", str(photograph), "-o", str(tmp_path / "out.png"), "--compare", str(tmp_path / "c.png")]
    )
    assert "disk is full" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [photograph]


def test_what_the_output_cannot_hold_is_told_before_the_work(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("preimage.restore.tasks.denoise.denoise", Mock(side_effect=AssertionError("work was done")))
    monkeypatch.setattr(
        "preimage.restore.tasks.superresolve.superresolve", Mock(side_effect=AssertionError("work was done"))
    )
    Image.new("RGBA", (40, 30), (9, 9, 9, 100)).save(tmp_path / "clear.png")
    Image.new("L", (9000, 1)).save(tmp_path / "wide.png")
    for task, name, message in (
        ("denoise", "clear.png -o o.jpg", "transparency"), ("superresolve", "wide.png -o o.webp", "18000x2"),
    ):  # fmt: skip
        monkeypatch.chdir(tmp_path)
        assert run(["restore", task, *name.split()]) == 2
        assert message in capsys.readouterr().err
