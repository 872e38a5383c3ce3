"""``preimage restore deconvolve`` on files that other libraries wrote, and on files that are none."""

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile

from preimage.cli.app import run
from preimage.reconstruct import deconvolve
from tests.reconstruct.microscopy.beads import SHAPE, beads

COUNTS, TRUTH, PSF = (values.numpy() for values in beads())
DESCRIBED = "na=0.5,ri=1,wavelength=500nm"


def write(folder: Path) -> Path:
    """A stack with its voxel, as ImageJ writes it, and a measured point spread function."""
    told = {"axes": "ZYX", "spacing": 2.0, "unit": "um"}
    path = folder / "stack.tif"
    tifffile.imwrite(path, COUNTS.astype(np.uint16), imagej=True, resolution=(2.5, 2.5), metadata=told)
    tifffile.imwrite(folder / "psf.tif", PSF, photometric="minisblack")
    return path


def test_a_stack_keeps_its_voxel_its_unit_and_its_type(tmp_path: Path) -> None:
    command = ["restore", "deconvolve", str(write(tmp_path)), "--psf", str(tmp_path / "psf.tif"), "--background", "3"]
    assert run([*command, "-o", str(tmp_path / "sharp.tif")]) == 0
    with tifffile.TiffFile(tmp_path / "sharp.tif") as file:
        image = file.series[0].asarray()
        assert (image.shape, image.dtype) == (SHAPE, np.uint16)
        assert (file.imagej_metadata["spacing"], file.imagej_metadata["unit"]) == (2.0, "um")
        across, one = file.pages[0].tags["XResolution"].value
        assert across / one == pytest.approx(2.5)
    assert image.mean() == pytest.approx(COUNTS.mean() - 3, rel=0.1)
    assert np.square(image - TRUTH).mean() < 0.7 * np.square(COUNTS - 3 - TRUTH).mean()
    assert np.array_equal(image, deconvolve(COUNTS.astype(np.uint16), PSF, background=3.0).image)
    record = json.loads((tmp_path / "sharp.json").read_text())
    assert (record["modality"], record["resolved"]["method"]) == ("deconvolve", "rl")
    assert record["resolved"]["steps"] > 1


def test_a_record_repeats_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["restore", "deconvolve", str(write(tmp_path)), "--psf", DESCRIBED, "--steps", "5", "--no-preview"]
    assert run([*command, "-o", str(tmp_path / "a.tif")]) == 0
    record = str(tmp_path / "a.json")
    assert run(["restore", "deconvolve", "--from-json", record, "-o", str(tmp_path / "b.tif"), "--no-preview"]) == 0
    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()
    assert run(["reconstruct", "ct", "--from-json", record, "-o", str(tmp_path / "c.tif")]) == 2
    assert "use preimage restore deconvolve" in capsys.readouterr().err


def test_other_formats_keep_the_type_too(tmp_path: Path) -> None:
    for name in ("a.npy", "a.nii", "a.h5"):
        command = ["restore", "deconvolve", str(write(tmp_path)), "--psf", DESCRIBED, "--steps", "1", "--overwrite"]
        assert run([*command, "-o", str(tmp_path / name)]) == 0
    assert np.load(tmp_path / "a.npy").dtype == np.uint16


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("text.tif", ["--psf", DESCRIBED], "`INPUT` must be a TIFF, NPY"),
        ("empty.tif", ["--psf", DESCRIBED], "`INPUT` must"),
        ("nan.npy", ["--psf", f"{DESCRIBED},pixel=1,step=1"], "`INPUT` must hold finite numbers"),
        ("nowhere.tif", ["--psf", DESCRIBED], "`INPUT` must be a file that exists"),
        ("plane.tif", ["--psf", f"{DESCRIBED},pixel=0.4,step=2"], "`--psf` must have no step for a single plane"),
        ("plane.tif", ["--psf", "psf.npy"], "`--psf` must be a single plane"),
        ("colour.tif", ["--psf", DESCRIBED], "`INPUT` must have grey pages"),
        ("cut.tif", ["--psf", DESCRIBED], "`INPUT`"),
        ("stack.tif", [], "`--psf` must be given"),
        ("stack.tif", ["--psf", "na=1.3,ri=1.5"], "`--psf` must have wavelength"),
        ("stack.tif", ["--psf", f"{DESCRIBED},foo=1"], "`--psf` must be a file, or of the keys na, ri,"),
        ("stack.tif", ["--psf", "text.tif"], "`--psf` must be a TIFF, NPY"),
        ("stack.tif", ["--psf", DESCRIBED, "--steps", "0"], "`--steps` must be at least 1"),
        ("stack.tif", ["--psf", DESCRIBED, "--background", "1e9"], "`--background` must be at least 0"),
        ("stack.tif", ["--psf", DESCRIBED, "--memory", "10kB"], "`--memory`"),
        ("stack.tif", ["--psf", DESCRIBED, "--sigma", "2"], "`--sigma` must be left out for rl"),
    ],
    ids=str,
)
def test_what_is_wrong_gets_a_line(tmp_path: Path, monkeypatch, capsys, name: str, options, told: str) -> None:
    monkeypatch.chdir(tmp_path)
    whole = write(tmp_path).read_bytes()
    Path("text.tif").write_text("no stack")
    Path("empty.tif").write_bytes(b"")
    Path("cut.tif").write_bytes(whole[: len(whole) // 2])
    np.save("nan.npy", np.where(COUNTS > 0, COUNTS, np.nan) * np.nan)
    np.save("psf.npy", PSF)
    tifffile.imwrite("plane.tif", COUNTS[0].astype(np.uint16))
    tifffile.imwrite("colour.tif", np.zeros((9, 9, 3), np.uint8), photometric="rgb")
    assert run(["restore", "deconvolve", name, *options, "-o", "out.tif"]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not Path("out.tif").exists()
