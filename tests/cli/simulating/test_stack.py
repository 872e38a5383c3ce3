"""``preimage simulate`` of stacks, as users type it."""

from pathlib import Path

import numpy as np
import pytest

from preimage.cli.app import run
from preimage.cli.simulating.options import SimulationOptions
from preimage.cli.simulating.stack import is_measured_stack
from preimage.files import read, write

COVERS = ["preimage.cli.simulating.options", "preimage.cli.simulating.stack"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    values = np.random.default_rng(0).integers(0, 1000, (3, 12, 10)).astype(np.uint16)
    write(tmp_path / "c.ome.tif", values, "ZYX", {"Z": 0.3, "Y": 0.1, "X": 0.1}, dict.fromkeys("ZYX", "um"))
    return tmp_path


def test_a_stack_is_measured_and_repeated_to_the_bit(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blur = ["--physics", "blur", "--kernel", "gaussian:1.5", "--noise", "poisson:0.02"]
    assert run(["simulate", "c.ome.tif", *blur, "-o", "y.ome.zarr"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "c.ome.tif -> y.ome.zarr: blur --kernel gaussian:1.5 --padding reflect",
        "  ZYX 3x12x10 of uint16; 0 to 1 is 0 to 996.6",
        "  ZYX 3x12x10; noise poisson:0.02, seed 0; record y.json",
    ]
    assert read("y.ome.zarr").spacing == pytest.approx((0.3, 0.1, 0.1))
    assert run(["simulate", "--from-json", "y.json", "-o", "z.ome.tif"]) == 0
    assert np.array_equal(read("y.ome.zarr").values, read("z.ome.tif").values)
    assert run(["simulate", "c.ome.tif", "--physics", "denoising"]) == 0
    assert sorted(path.name for path in folder.glob("c-*")) == ["c-denoising.json", "c-denoising.ome.tif"]
    np.savez("two.npz", a=np.ones((2, 5, 6)), b=np.ones((5, 6)))
    assert run(["simulate", "two.npz", "--key", "a", "--axes", "TYX", "--physics", "denoising", "-o", "t.h5"]) == 0
    assert read("t.h5").axes == "TYX"


def test_a_stack_is_told_by_its_format_its_planes_its_axes_or_its_output(folder: Path) -> None:
    write("one.tif", np.zeros((4, 5), np.uint8), "YX")
    assert is_measured_stack(["c.ome.tif"], SimulationOptions())
    assert not is_measured_stack(["one.tif"], SimulationOptions())
    assert not is_measured_stack(["one.tif"], SimulationOptions(output=Path("y.npy")))
    assert is_measured_stack(["one.tif"], SimulationOptions(output=Path("y.zarr")))
    assert is_measured_stack(["one.tif"], SimulationOptions(axes="YX"))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["c.ome.tif", "--physics", "jpeg"], "`--physics` must take stacks, got jpeg"),
        (["c.ome.tif", "--pipeline", "bsrgan"], "must take stacks, got bsrgan"),
        (["c.ome.tif", "--physics", "denoising", "-o", "y.png"], "must end like a stack"),
        (["c.ome.tif", "--physics", "denoising", "-o", "c.ome.tif"], "must be a new file"),
        (["c.ome.tif", "--physics", "denoising", "-o", "c.ome.tif", "--overwrite"], "another file than INPUT"),
        (["c.ome.tif", "--physics", "denoising", "--axes", "TZYX", "--noise", "poisson:0"], "must"),
        (["c.ome.tif", "c.ome.tif", "--axes", "ZYX", "--physics", "denoising"], "must be one stack"),
        (["c.ome.tif", "--physics", "blur", "--kernel", "none.npy"], "must be a file that exists"),
        (["c.ome.tif", "--physics", "mri", "-o", "k.fits"], "complex"),
        (["--from-json", "none.json", "--axes", "ZYX"], "got --axes too"),
    ],
)
def test_what_is_wrong_is_one_line_and_status_2(
    folder: Path, options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["simulate", *options]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1
    assert [path.name for path in folder.iterdir()] == ["c.ome.tif"]
