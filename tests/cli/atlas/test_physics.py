import pytest

from preimage import physics
from preimage.cli.app import run


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
    assert capsys.readouterr().err == (
        "preimage: `NAME` must be an operator, a noise model or a generator, got 'Tomografy'; "
        "the nearest are Tomography.\n"
    )
    assert run(["physics", "Blur", "--noise"]) == 2
