import json

import numpy as np
import pytest
from PIL import Image

from preimage.cli.app import run


def test_the_demo_gains(tmp_path, monkeypatch, capsys):
    from skimage import data

    small = np.ascontiguousarray(data.astronaut()[60:156, 180:276])
    monkeypatch.setattr(data, "astronaut", lambda: small)
    monkeypatch.chdir(tmp_path)
    for folder in ("restored", "restored-2"):
        assert run(["demo"]) == 0
        found = sorted(path.name for path in (tmp_path / folder).iterdir())
        assert found == ["comparison.png", "degraded.png", "restored.json", "restored.png"]
    told = capsys.readouterr().out
    gain = float(told.rsplit(": ", 1)[1].split()[0])
    assert gain > 2
    record = json.loads((tmp_path / "restored" / "restored.json").read_text())
    assert record["settings"]["kernel"] == "motion:15@30"
    degraded = [(tmp_path / folder / "degraded.png").read_bytes() for folder in ("restored", "restored-2")]
    assert degraded[0] == degraded[1]


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("kernel", [[], ["--kernel", "disk:2"]])
def test_the_demo_takes_a_picture(tmp_path, photograph, kernel):
    assert run(["demo", str(photograph), "-o", str(tmp_path / "out"), *kernel]) == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["photo-comparison.png", "photo.json", "photo.png"]
    with Image.open(tmp_path / "out" / "photo.png") as image:
        assert image.size == (45, 37)


@pytest.mark.usefixtures("tiny")
def test_bad_input_leaves_no_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["demo", "none.png"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
