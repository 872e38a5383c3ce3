"""``preimage restore deconvolve`` on files that other libraries wrote, and on files that are none."""

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile

from preimage.cli.app import run
from preimage.files import read
from preimage.files import write as write_array
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


def test_what_does_not_fit_in_memory_goes_block_by_block(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("preimage.blocks.memory.BASE_BYTES", 0)  # so that a small stack is too large
    rng = np.random.default_rng(0)
    write_array(tmp_path / "v.zarr", rng.poisson(30.0, (12, 60, 64)).astype(np.uint16), "ZYX")
    np.save(tmp_path / "psf.npy", np.ones((3, 3, 3), np.float32))
    command = ["restore", "deconvolve", str(tmp_path / "v.zarr"), "--psf", str(tmp_path / "psf.npy"), "--steps", "2"]
    assert run([*command, "-o", str(tmp_path / "w.zarr")]) == 0
    assert run([*command, "--memory", "3MB", "-o", str(tmp_path / "b.zarr")]) == 0
    assert " blocks of " in capsys.readouterr().out
    whole, found = (read(tmp_path / name).values.astype(int) for name in ("w.zarr", "b.zarr"))
    assert np.abs(whole - found).max() <= 1  # rounded to either side
    record = json.loads((tmp_path / "b.json").read_text())
    assert len(record["resolved"]["block"]) == 3
    assert np.prod(record["resolved"]["block"]) < 12 * 60 * 64
    again = [*command[:2], "--from-json", str(tmp_path / "b.json"), "-o", str(tmp_path / "c.zarr")]
    assert run(again) == 0
    assert np.array_equal(read(tmp_path / "c.zarr").values, found)


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


def test_each_time_and_channel_is_deconvolved_on_its_own(tmp_path: Path) -> None:
    """As if it were alone, of the same steps; axes, sizes, type and name of the store are kept."""
    psf = tmp_path / "psf.npy"
    np.save(psf, PSF)
    counts = np.stack([COUNTS, COUNTS[:, ::-1], COUNTS[..., ::-1], COUNTS[::-1]]).astype(np.uint16)
    values = np.ascontiguousarray(counts.reshape(2, 2, *SHAPE).transpose(0, 2, 1, 3, 4))
    steps, units = {"Z": 2.0, "Y": 0.4, "X": 0.4}, dict.fromkeys("ZYX", "um")
    write_array(tmp_path / "a.ome.tif", values, "TZCYX", steps, units)
    command = ["restore", "deconvolve", str(tmp_path / "a.ome.tif"), "--psf", str(psf), "--background", "3"]
    command += ["--steps", "4"]
    assert run([*command, "-o", str(tmp_path / "b.ome.zarr")]) == 0
    found = read(tmp_path / "b.ome.zarr", axes="TCZYX")
    assert (found.axes, found.values.dtype) == ("TCZYX", np.uint16)
    assert found.spacing[2:] == pytest.approx((2.0, 0.4, 0.4))
    for at in range(4):
        alone = deconvolve(counts[at], PSF, background=3.0, steps=4).image
        assert np.array_equal(found.values[at // 2, at % 2], alone)
    record = json.loads((tmp_path / "b.json").read_text())
    assert any("all channels have one point spread function" in note for note in record["notes"])
    assert run(["restore", "deconvolve", "--from-json", str(tmp_path / "b.json"), "-o", str(tmp_path / "c.h5")]) == 0
    assert np.array_equal(read(tmp_path / "c.h5").values.transpose(0, 2, 1, 3, 4), found.values)


@pytest.mark.parametrize("name", ["a.nii.gz", "a.mrc", "a.zarr", "a.h5", "a.npy"])
def test_stacks_of_other_formats_are_read_and_written(tmp_path: Path, name: str) -> None:
    np.save(tmp_path / "psf.npy", PSF)
    steps, units = {"Z": 2.0, "Y": 0.5, "X": 0.5}, dict.fromkeys("ZYX", "um")
    write_array(tmp_path / name, COUNTS.astype(np.float32), "ZYX", steps, units)
    command = ["restore", "deconvolve", str(tmp_path / name), "--psf", str(tmp_path / "psf.npy"), "--steps", "2"]
    assert run([*command, "-o", str(tmp_path / f"b{name[1:]}")]) == 0
    found, stored = read(tmp_path / f"b{name[1:]}"), read(tmp_path / name)
    assert np.array_equal(found.values, deconvolve(COUNTS.astype(np.float32), PSF, steps=2).image)
    assert (found.axes, found.spacing, found.units) == (stored.axes, stored.spacing, stored.units)


def test_a_size_that_only_the_description_tells_is_written(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", COUNTS.astype(np.float32))
    command = ["restore", "deconvolve", str(tmp_path / "a.npy"), "--psf", f"{DESCRIBED},pixel=0.4,step=2"]
    assert run([*command, "--steps", "1", "-o", str(tmp_path / "b.h5")]) == 0
    found = read(tmp_path / "b.h5")
    assert (found.spacing, found.units) == ((2.0, 0.4, 0.4), ("um",) * 3)


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
