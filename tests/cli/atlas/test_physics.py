from pathlib import Path

import pytest

from preimage import physics
from preimage.cli.app import run
from preimage.files import ImageFile


def test_operators_are_one_a_line_with_their_names_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["physics"]) == 0
    told = capsys.readouterr().out
    names = [line.split()[0] for line in told.splitlines()]
    assert {"Blur", "Inpainting", "Tomography"} <= set(names) <= set(physics.__all__)
    assert "\x1b" not in told


def test_noises_and_generators_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["physics", "--noise", "--generators"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert {"GaussianNoise", "MotionBlurGenerator"} <= set(names)
    assert "Blur" not in names


def test_one_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["physics", "blurfft"]) == 0
    assert capsys.readouterr().out.startswith("BlurFFT: A x = k * x")


def test_an_unknown_name_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["physics", "Tomografy"]) == 2
    told = capsys.readouterr().err
    assert "`NAME` must be an operator, a noise model or a generator, got 'Tomografy'; the nearest are" in told
    assert "Tomography" in told
    assert told.count("\n") == 1
    assert run(["physics", "Blur", "--noise"]) == 2


def test_a_picture_of_it_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "blur.png"
    assert run(["physics", "Blur", "-o", str(path)]) == 0
    told = capsys.readouterr().out
    assert told.endswith(f"a picture and its measurement -> {path}\n")
    assert "  preimage simulate photo.png --physics blur --kernel gaussian:1.5" in told
    assert ImageFile.read(path).pixels.shape == (3, 192, 488)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["Stack", "-o", "s.png"], "there are pictures of Denoising, Blur"),
        (["Blur", "-o", "s.xyz"], "must end like a PNG"),
        (["-o", "s.png"], "`NAME` must be given"),
    ],
)
def test_what_cannot_be_drawn_is_told(
    options: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["physics", *options]) == 2
    assert told in capsys.readouterr().err
