import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from preimage.cli.app import run
from preimage.files import ImageFile
from preimage.simulate import SimulationRecord, sample_picture

BLUR = ["simulate", "a.png", "--physics", "blur", "--kernel", "gaussian:1.5", "--noise", "gaussian:0.02"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "holiday").mkdir()
    pixels = (sample_picture(20, 26).permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    for name in ("a.png", "holiday/b.png", "holiday/c.png"):
        Image.fromarray(pixels).save(name)
    return tmp_path


def test_a_measurement_is_written_and_repeated_to_the_byte(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*BLUR, "-o", "y.tif"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "a.png -> y.tif: blur --kernel gaussian:1.5 --padding reflect",
        "  3x20x26; noise gaussian:0.02, seed 0; record y.json",
    ]
    assert ImageFile.read("y.tif").dtype == np.float32
    assert run(["simulate", "--from-json", "y.json", "-o", "z.tif"]) == 0
    assert Path("y.tif").read_bytes() == Path("z.tif").read_bytes()
    assert run([*BLUR, "--seed", "1", "-o", "w.tif"]) == 0
    assert Path("w.tif").read_bytes() != Path("z.tif").read_bytes()


def test_a_folder_is_measured_each_picture_with_noise_of_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "holiday" / "d.png").write_bytes(b"no picture")
    assert run(["simulate", "holiday", "--physics", "denoising", "--noise", "gaussian:0.1", "-o", "out"]) == 1
    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == "2 of 3 measured."
    assert told.err.startswith("preimage: holiday/d.png: ")
    noise = [ImageFile.read(f"out/{name}.tif").pixels - ImageFile.read(f"holiday/{name}.png").pixels for name in "bc"]
    correlation = (noise[0] * noise[1]).mean() / (noise[0].std() * noise[1].std())
    assert abs(float(correlation)) < 0.1
    assert run(["simulate", "--from-json", "out/c.json", "-o", "again.tif"]) == 0
    assert Path("again.tif").read_bytes() == Path("out/c.tif").read_bytes()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--physics", "mri", "-o", "k.png"], "must end in .npy for complex numbers"),
        (["--physics", "mri", "--factor", "2"], "`--factor` must be left out for mri"),
        (["--physics", "blur"], "`--kernel` must be given for blur"),
        (["--physics", "blur", "--kernel", "disk:999"], "`--kernel`"),
        (["--physics", "denoising", "--noise", "poisson:0", "-o", "y.tif"], "must"),
        (["--physics", "denoising", "--noise", "loud"], "`--noise` must name a law"),
        (["--from-json", "none.json", "--seed", "3"], "got --seed too"),
        (["--from-json", "none.json"], "`--from-json` must be a readable file"),
        ([], "`--physics` must be given"),
    ],
)
def test_what_is_wrong_is_one_line_and_status_2(
    options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["simulate", "a.png", *options]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1
    assert [path.name for path in Path().iterdir() if path.suffix == ".json"] == []


def test_a_history_is_drawn_recorded_and_repeated_to_the_byte(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "a.png", "--pipeline", "bsrgan", "--scale", "2", "-o", "y.png"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "a.png -> y.png: bsrgan --scale 2",
        "  3x10x13; its noise among the recorded steps, seed 0; record y.json",
    ]
    assert run(["simulate", "--from-json", "y.json", "-o", "z.png"]) == 0
    assert Path("y.png").read_bytes() == Path("z.png").read_bytes()
    record = SimulationRecord.read("y.json")
    assert [step["step"] for step in json.loads(record.drawn)["steps"]][-1] == "DrawnJPEG"
    # Of a record the steps count, and not what this version would draw for the seed.
    other = replace(record, seed=5, drawn='{"steps": [{"step": "DrawnResize", "scale": 0.5}], "size": null}')
    other.write("other.json")
    assert run(["simulate", "--from-json", "other.json", "-o", "w.png"]) == 0
    assert Path("w.png").read_bytes() != Path("z.png").read_bytes()


def test_a_pipeline_is_no_physics(capsys: pytest.CaptureFixture[str]) -> None:
    for wrong, told in (
        (["--pipeline", "bsrgan", "--physics", "blur"], "got both"),
        (["--pipeline", "blur"], "use --physics blur"),
        (["--pipeline", "bsrgam"], "`--pipeline` must name a pipeline, got 'bsrgam'; the nearest are bsrgan"),
        (["--physics", "scunet"], "use --pipeline scunet"),
    ):
        assert run(["simulate", "a.png", *wrong]) == 2
        assert told in capsys.readouterr().err
