"""Pictures of a folder, several at a time: the same files, lines in order, and failures that stay their own."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from preimage.cli.app import run
from preimage.cli.options import Request, SharedOptions
from preimage.cli.outputs import FileJob
from preimage.cli.pictures.side_by_side import processes_for
from preimage.errors import ArgumentError


def folder(place: Path, count: int = 3) -> Path:
    place.mkdir()
    rng = np.random.default_rng(0)
    for at in range(count):
        values = 128 + 20 * rng.standard_normal((40 + at, 48))
        Image.fromarray(values.clip(0, 255).astype(np.uint8)).save(place / f"{at}.png")
    return place


def test_results_are_the_same_and_told_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures = folder(tmp_path / "in")
    (pictures / "1b.png").write_bytes(b"no picture")
    command = ["restore", "denoise", str(pictures), "--sigma", "20/255"]
    for jobs in (1, 2):
        assert run([*command, "-o", str(tmp_path / str(jobs)), "--jobs", str(jobs)]) == 1
    found = capsys.readouterr()
    assert found.out.count("3 of 4 restored; 1 failed") == 2
    assert "4 pictures, 2 at a time" in found.out
    second = found.out.partition("2 at a time")[2]
    lines = [line for line in second.splitlines() if line.startswith("[")]
    assert [line[:5] for line in lines] == ["[1/4]", "[2/4]", "[4/4]"]
    assert found.err.count("which is none") == 2
    for at in range(3):
        pair = [np.asarray(Image.open(tmp_path / str(jobs) / f"{at}.png")) for jobs in (1, 2)]
        assert np.array_equal(*pair)
        assert (tmp_path / "2" / f"{at}.json").exists()


@pytest.mark.parametrize(
    ("options", "settings", "size", "wanted"),
    [
        ({"jobs": 3}, {}, 10, 2),
        ({"jobs": 1}, {}, 9 << 20, 1),
        ({}, {}, 10, 1),
        ({"memory": "2GB"}, {}, 9 << 20, 1),
        ({"dry_run": True, "jobs": 2}, {}, 9 << 20, 1),
        ({}, {"method": "dip"}, 9 << 20, 1),
    ],
)
def test_how_many_at_a_time(tmp_path: Path, options, settings, size: int, wanted: int) -> None:
    jobs = []
    for at in range(2):
        (tmp_path / f"{at}.png").write_bytes(bytes(size))
        jobs.append(FileJob(tmp_path / f"{at}.png", tmp_path / "out", tmp_path / "record"))
    assert processes_for(jobs, Request("denoise", (), settings, SharedOptions(**options))) == wanted


def test_what_cannot_be_is_refused() -> None:
    for options, settings in (({"jobs": 0}, {}), ({"jobs": 2}, {"method": "dip"})):
        with pytest.raises(ArgumentError, match="jobs"):
            processes_for([], Request("denoise", (), settings, SharedOptions(**options)))
