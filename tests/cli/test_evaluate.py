from pathlib import Path

import numpy as np
import pytest

from preimage.cli.app import run
from preimage.files import ImageFile


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("out", "clean"):
        Path(name).mkdir()
    pixels = np.arange(12 * 16, dtype=np.uint8).reshape(12, 16)
    for name, error in (("a", 10), ("b", 20)):
        ImageFile.from_array(pixels).write(f"clean/{name}.png")
        ImageFile.from_array(pixels + np.uint8(error)).write(f"out/{name}_denoised.png")
    return tmp_path


def test_a_table_a_file_and_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    files = ["--csv", "scores.csv", "--page", "scores.html"]
    assert run(["evaluate", "out", "--reference", "clean", "--metric", "psnr,mae", "--crop", "1", *files]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "before: 1 pixels cut off at each side",
        "                PSNR dB      MAE",
        "a_denoised.png    28.13  0.03922",
        "b_denoised.png    22.11  0.07843",
        "mean              25.12  0.05882",
        "median            25.12  0.05882",
        "worst             22.11  0.07843",
        "every value -> scores.csv",
        "the worst pictures -> scores.html",
    ]
    assert Path("scores.csv").read_text().count("\n") == 3
    assert "b_denoised.png" in Path("scores.html").read_text(encoding="utf-8")
    assert run(["evaluate", "out", "--reference", "clean", *files]) == 2
    assert "must be a new file, got scores.csv" in capsys.readouterr().err


def test_one_file_that_cannot_be_read_and_others_without_partners(capsys: pytest.CaptureFixture[str]) -> None:
    Path("out/a_denoised.png").write_bytes(b"no picture")
    ImageFile.from_array(np.zeros((12, 17), np.uint8)).write("out/c.png")
    ImageFile.from_array(np.zeros((12, 16), np.uint8)).write("clean/c.png")
    ImageFile.from_array(np.zeros((12, 16), np.uint8)).write("clean/d.png")
    ImageFile.from_array(np.zeros((12, 16), np.uint8)).write("out/e.png")
    assert run(["evaluate", "out", "--reference", "clean"]) == 1
    told = capsys.readouterr()
    assert told.out.splitlines()[1].startswith("b_denoised.png")
    errors = told.err.splitlines()
    assert "preimage: no reference for e.png" in errors
    assert "preimage: no result for d.png" in errors
    assert any("a_denoised.png" in line for line in errors)
    assert any("out/c.png is 17x12, 1 channel, its reference clean/c.png 16x12, 1 channel" in line for line in errors)


def test_one_file_and_its_reference_whatever_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "out/a_denoised.png", "--reference", "clean/b.png", "--metric", "mae", "--round"]) == 0
    assert capsys.readouterr().out.splitlines()[2] == "a_denoised.png  0.03922"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["out"], "`--reference` must be given for psnr, ssim"),
        (["nowhere", "--reference", "clean"], "`RESULTS` must be a file or a folder"),
        (["out", "--reference", "clean", "--metric", "quality"], "`--metric` must be one of psnr"),
        (["out", "--reference", "clean", "--crop", "6"], "`--crop` must leave something"),
        (["out", "--reference", "clean", "--crop", "-1"], "`--crop` must be at least 0"),
        (["out", "--reference", "clean", "--csv", "scores.txt"], "`--csv` must end in .csv"),
        (["out", "--reference", "clean", "--worst", "0"], "`--worst` must be at least 1"),
    ],
)
def test_wrong_input_is_told_in_one_line(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", *arguments]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_many_pictures_are_summed_up(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("preimage.cli.evaluate._MOST", 1)
    assert run(["evaluate", "out", "--reference", "clean"]) == 0
    out = capsys.readouterr().out
    assert "a_denoised" not in out
    assert "2 pictures; --csv and --page tell of each." in out
