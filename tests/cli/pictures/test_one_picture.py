"""What becomes of one picture of several is told, and stays its own."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from preimage.cli.options import Request
from preimage.cli.outputs import FileJob
from preimage.cli.pictures.one_picture import restored_picture, try_picture
from tests.restore.conftest import tiny

__all__ = ["tiny"]


@pytest.mark.usefixtures("tiny")
def test_a_picture_is_restored_or_says_why_not(tmp_path: Path) -> None:
    Image.fromarray(np.full((24, 24), 90, np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    request = Request("denoise", (), {"sigma": "5/255"})
    for name, is_restored, told in (("a.png", True, ""), ("b.png", False, "which is none")):
        job = FileJob(tmp_path / name, tmp_path / f"out-{name}", tmp_path / f"out-{name}.json")
        outcome = try_picture(job, lambda job, bar: restored_picture(request, job, bar), request, "")
        assert (outcome.picture, outcome.is_restored, outcome.is_interrupted) == (job.input, is_restored, False)
        assert told in outcome.failure
        assert job.output.exists() == is_restored
