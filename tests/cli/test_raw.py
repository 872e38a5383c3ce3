"""What a command about a raw picture refuses, and does not do."""

from pathlib import Path

import pytest

from preimage.cli.app import run
from preimage.cli.options import Request, SharedOptions
from preimage.cli.raw import run_raw
from preimage.errors import ArgumentError
from preimage.files import open_lazily
from tests.restore.raw.test_restore_raw import noisy


def test_a_dry_run_and_a_wrong_place_write_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = noisy(tmp_path)
    assert run(["restore", "denoise", str(path), "--dry-run"]) == 0
    assert "a-denoised.tif: denoise by drunet" in capsys.readouterr().out
    for options in ({"mode": "volume"}, {"skip_existing": True}):
        with pytest.raises(ArgumentError, match="must be left out"):
            run_raw(Request("denoise", (str(path),), {}, SharedOptions(**options)), open_lazily(path))
    assert [each.name for each in tmp_path.iterdir()] == ["a.dng"]
