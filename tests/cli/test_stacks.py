"""``preimage restore denoise`` of stacks, as users type it."""

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from preimage.cli.app import run
from preimage.cli.options import Request, SharedOptions
from preimage.cli.stacks import is_stack, run_stack
from preimage.errors import ArgumentError
from preimage.files import read, write
from tests.files.formats.dicom.test_dicom import saved
from tests.restore.conftest import tiny

__all__ = ["tiny"]

VALUES = np.random.default_rng(0).integers(0, 900, (2, 36, 40)).astype(np.int16)


def shell(*arguments: object) -> int:
    return run(["restore", "denoise", *map(str, arguments)])


def asked(*inputs: Path, task: str = "denoise", **options: object) -> Request:
    return Request(task, tuple(map(str, inputs)), {}, SharedOptions(**options))  # type: ignore[arg-type]


def test_a_stack_is_told_by_its_format_its_planes_its_axes_or_its_output(tmp_path: Path) -> None:
    write(tmp_path / "a.nii", VALUES)
    write(tmp_path / "a.zarr", VALUES)
    tifffile.imwrite(tmp_path / "a.tif", VALUES, photometric="minisblack")
    tifffile.imwrite(tmp_path / "one.tif", VALUES[0], photometric="minisblack")
    Image.fromarray(np.zeros((4, 5), np.uint8)).save(tmp_path / "a.png")
    assert all(is_stack(asked(tmp_path / name)) for name in ("a.nii", "a.zarr", "a.tif"))
    assert not any(is_stack(asked(tmp_path / name)) for name in ("one.tif", "a.png", "none.tif"))
    assert not is_stack(asked(tmp_path))
    assert is_stack(asked(tmp_path / "one.tif", axes="YX"))
    assert is_stack(asked(tmp_path / "one.tif", output=tmp_path / "w.nii"))
    with pytest.raises(ArgumentError, match="denoise, deblur and deconvolve take stacks"):
        run_stack(asked(tmp_path / "a.nii", task="deblock"))


@pytest.mark.usefixtures("tiny")
def test_a_dicom_file_becomes_a_tiff_file_in_its_own_units(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved(tmp_path / "a.dcm", VALUES[0], 12, RescaleSlope=1, RescaleIntercept=-1024, PixelSpacing=[0.7, 0.6])
    assert shell(tmp_path / "a.dcm", "-o", tmp_path / "a.tif") == 0
    found = read(tmp_path / "a.tif")
    assert found.values.dtype == np.int16
    assert found.values.mean() == pytest.approx(VALUES[0].mean() - 1024, abs=30)
    assert found.spacing == pytest.approx((0.7, 0.6))
    assert "HU" in capsys.readouterr().out


@pytest.mark.usefixtures("tiny")
def test_a_zarr_array_stays_one_and_is_repeated_from_its_record(tmp_path: Path) -> None:
    import zarr

    stored = zarr.create_array(tmp_path / "v.zarr", shape=VALUES.shape, dtype="i2", chunks=(1, 16, 16))
    stored[:] = VALUES
    assert shell(tmp_path / "v.zarr", "-o", tmp_path / "w.zarr") == 0
    assert read(tmp_path / "w.zarr").axes == "ZYX"
    assert shell("--from-json", tmp_path / "w.json", "-o", tmp_path / "x.zarr") == 0
    assert np.array_equal(read(tmp_path / "x.zarr").values, read(tmp_path / "w.zarr").values)
    assert json.loads((tmp_path / "x.json").read_text())["resolved"]["stack"]["axes"] == "ZYX"
    assert shell(tmp_path / "v.zarr", "-o", tmp_path / "w.zarr") == 2
    assert shell(tmp_path / "v.zarr", "-o", tmp_path / "w.zarr", "--skip-existing") == 0
    stored[:] = VALUES + 1
    assert shell(tmp_path / "v.zarr", "-o", tmp_path / "w.zarr", "--skip-existing") == 2
    assert shell("--from-json", tmp_path / "w.json", "-o", tmp_path / "y.zarr") == 2


@pytest.mark.usefixtures("tiny")
def test_within_memory_it_goes_block_by_block(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "v.nii.gz", VALUES)
    assert shell(tmp_path / "v.nii.gz", "-o", tmp_path / "p.nii.gz") == 0
    assert shell(tmp_path / "v.nii.gz", "-o", tmp_path / "w.nii.gz", "--memory", "700MB") == 0
    assert "where the same command goes on" in capsys.readouterr().out
    assert shell("--from-json", tmp_path / "w.json", "-o", tmp_path / "x.nii.gz") == 0
    plain, found, again = (read(tmp_path / name).values for name in ("p.nii.gz", "w.nii.gz", "x.nii.gz"))
    assert np.abs(found.astype(float) - plain).max() <= 1
    assert np.array_equal(found, again)
    assert not list(tmp_path.glob("*.blocks"))
    assert shell(tmp_path / "v.nii.gz", "-o", tmp_path / "y.nii.gz", "--scheduler", "nowhere") == 2
    volume = ("--mode", "volume", "--scheduler", "local")
    assert shell(tmp_path / "v.nii.gz", "-o", tmp_path / "y.nii.gz", "--axes", "ZYX", *volume) == 2


@pytest.mark.usefixtures("tiny")
def test_the_output_lies_beside_the_input_and_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path / "v.nii.gz", VALUES)
    assert shell(tmp_path / "v.nii.gz", "--dry-run") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["v.nii.gz"]
    assert shell(tmp_path / "v.nii.gz") == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["v-denoised.json", "v-denoised.nii.gz", "v.nii.gz"]


def test_what_is_wrong_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "v.nii", VALUES)
    whole = (tmp_path / "v.nii").read_bytes()
    (tmp_path / "cut.nii").write_bytes(whole[:-1000])
    for arguments in (
        (tmp_path / "cut.nii",), (tmp_path / "v.nii", "--axes", "QQ"), (tmp_path / "v.nii", "-o", tmp_path / "w.txt"),
        (tmp_path / "v.nii", "--compare", tmp_path / "c.png"), (tmp_path / "v.nii", "--key", "x"),
        (tmp_path / "v.nii", "-o", tmp_path / "v.nii", "--overwrite"),
    ):  # fmt: skip
        assert shell(*arguments) == 2
        told = capsys.readouterr().err.strip()
        assert told
        assert "\n" not in told
        assert "Traceback" not in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.nii", "v.nii"]


def test_planes_are_deblurred_and_repeated_to_the_bit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "v.nii", VALUES)
    told = [tmp_path / "v.nii", "--kernel", "gaussian:1", "--sigma", "0.02", "--method", "usr"]
    assert run(["restore", "deblur", *map(str, told)]) == 0
    assert "deblur by usr" in capsys.readouterr().out
    found = read(tmp_path / "v-deblurred.nii")
    assert found.values.dtype == np.int16
    assert not np.array_equal(found.values, VALUES)
    again = ["--from-json", tmp_path / "v-deblurred.json", "-o", tmp_path / "x.nii"]
    assert run(["restore", "deblur", *map(str, again)]) == 0
    assert np.array_equal(read(tmp_path / "x.nii").values, found.values)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ([], "`--kernel` must name the blur of a stack"),
        (["--kernel", "gaussian:1", "--mode", "volume"], "`--mode` must be planes for deblur"),
        (
            ["--kernel", "gaussian:1", "--method", "usr", "--scheduler", "local"],
            "`--scheduler` must be left out for deblur by usr",
        ),
    ],
)
def test_what_no_stack_is_deblurred_with_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], words: str
) -> None:
    write(tmp_path / "v.nii", VALUES)
    assert run(["restore", "deblur", str(tmp_path / "v.nii"), "-o", str(tmp_path / "w.nii"), *more]) == 2
    assert words in capsys.readouterr().err
