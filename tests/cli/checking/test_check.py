from pathlib import Path

import pytest

from preimage.cli.app import run

CODE = """
from preimage.optim import PGD
from preimage.physics import Inpainting, LinearPhysics
import torch

class Wrong(LinearPhysics):
    def A(self, x):
        return x + 0.5 * x.roll(1, -1)

    def A_adjoint(self, y):
        return self.A(y)

class Right(Wrong):
    def A_adjoint(self, y):
        return y + 0.5 * y.roll(-1, -1)

def masked(size=16):
    return Inpainting(torch.ones(size, size))

class Fails(Wrong):
    def __init__(self):
        raise RuntimeError("no data")

algorithm = PGD()
number = 3
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "wrong.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_wrong_adjoint_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "wrong:Wrong", "--shape", "1,1,16,16"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Wrong: adjoint: <A x, y> and <x, A_adjoint y> differ by")
    assert "A_adjoint is A itself" in lines[0]
    assert lines[1].startswith("Wrong: not checked, because of what is wrong above: ")
    assert lines[2].endswith("properties hold, on 2 images of 1x16x16.")


@pytest.mark.parametrize(
    "options",
    [
        ["wrong:Right", "--shape", "1,3,64,64"],
        ["wrong:Right", "--complex"],
        ["wrong:masked"],
        ["wrong:masked", "--shape", "2,1,7,7", "--arguments", '{"size": 7}'],
        ["wrong:algorithm"],
        ["preimage.optim:PGD"],
    ],
)
def test_what_holds_is_counted(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", *options]) == 0
    told = capsys.readouterr().out.split()
    assert told[1] == told[3]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["nowhere_at_all:Wrong"], "there is no nowhere_at_all.py here"),
        (["wrong:Fails"], "RuntimeError: no data"),
        (["wrong:number"], "must be one of Physics, Noise"),
        (["wrong:masked", "--shape", "1,1,9,9"], "`--mask` must broadcast to the image (2, 1, 9, 9)"),
        (["wrong:Wrong", "--shape", "9"], "`--shape` must be"),
    ],
)
def test_what_cannot_run_is_a_line_and_status_2(
    options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", *options]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1
