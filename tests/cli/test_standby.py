import json
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile

import preimage.cli.standby as standby
from preimage.restore import denoise
from preimage.web.errand import Errand
from preimage.web.helper import Helper

COMMAND = (sys.executable, "-m", standby.__name__)


def test_a_picture_is_looked_at_and_restored_as_by_python_until_the_input_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # the last bit depends on the number of threads
    array = np.random.default_rng(0).integers(20000, 40000, (24, 32, 3)).astype(np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", array)
    helper = Helper(COMMAND, tmp_path)
    helper.send(Errand(str(tmp_path), look_at=("a.tif",), views=(("a.tif", "view.png"),)))
    assert helper.wait(200), helper.words
    assert helper.seen[0]["bits"] == 16
    words = ("restore", "denoise", "a.tif", "--sigma", "10/255")
    views = (("a-denoised.tif", "after.png"),)
    helper.send(Errand(str(tmp_path), words, views=views, records=("a-denoised.json",)))
    assert helper.wait(200), helper.words
    assert helper.status == 0
    expected = denoise(tmp_path / "a.tif", sigma="10/255", threads=1).image.to_array()
    assert np.array_equal(tifffile.imread(tmp_path / "a-denoised.tif"), expected)
    record = json.loads((tmp_path / "a-denoised.json").read_text())
    assert (record["input"]["path"], record["output"]) == ("a.tif", "a-denoised.tif")
    helper.send(Errand(str(tmp_path), ("restore", "denoise", "missing.tif")))
    assert helper.wait(200)
    assert helper.status == 2
    assert "missing.tif" in helper.words[-1]
    helper.send(Errand(str(tmp_path), look_at=("a-denoised.json",)))
    assert helper.wait(200)
    assert helper.status == 2
    assert helper.process.stdin is not None
    helper.process.stdin.close()
    assert helper.process.wait(200) == 130
    helper.end()
