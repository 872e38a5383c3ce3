"""Raw pictures, restored before their colours are interpolated."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from preimage.cli.app import run
from preimage.errors import ArgumentError, ImageFileError
from preimage.files import open_lazily, read
from preimage.files.formats.raw import develop
from preimage.restore.raw.repetition import recorded_raw
from preimage.restore.raw.restore_raw import is_developed, restore_raw
from tests.files.formats.test_exchange import dng

COVERS = ["preimage.restore.raw.repetition", "preimage.restore.raw.restore_raw"]

BLACK, WHITE, GAIN = 64, 1023, 2.0


def clean(shape: tuple[int, int] = (160, 192)) -> np.ndarray:
    """A mosaic RGGB of smooth colours, in numbers of the sensor."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    values = 400 + 250 * np.sin(x / 19) * np.cos(y / 23)
    values[::2, ::2] *= 0.6
    values[1::2, 1::2] *= 0.8
    return values


def noisy(folder: Path) -> Path:
    """As a sensor counts it, whose photons are worth ``GAIN`` and whose noise is 3."""
    rng, light = np.random.default_rng(0), clean() - BLACK
    counts = GAIN * rng.poisson(light / GAIN) + 3 * rng.standard_normal(light.shape) + BLACK
    return dng(folder / "a.dng", np.clip(np.rint(counts), 0, WHITE).astype(np.uint16))


def test_the_mosaic_comes_out_in_numbers_of_the_sensor_with_less_noise(tmp_path: Path) -> None:
    path = noisy(tmp_path)
    record = restore_raw(path, tmp_path / "a.tif")
    before, after = open_lazily(path).read().astype(float), read(tmp_path / "a.tif").values
    assert (after.dtype, after.shape) == (np.uint16, (160, 192))
    assert np.square(after - clean()).mean() < 0.1 * np.square(before - clean()).mean()
    known = record.resolved["mosaic"]
    assert (known["pattern"], known["black"], known["white"]) == ("RGGB", [64.0] * 4, 1023.0)
    assert record.resolved["gain"] * (WHITE - BLACK) == pytest.approx(GAIN, rel=0.35)
    assert json.loads((tmp_path / "a.json").read_text())["task"] == "denoise"


def test_the_command_writes_a_mosaic_or_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = noisy(tmp_path)
    command = ["restore", "denoise", str(path), "-o"]
    assert run([*command, str(tmp_path / "b.png")]) == 0
    assert any("tear fine detail" in note for note in json.loads((tmp_path / "b.json").read_text())["notes"])
    assert run([*command, str(tmp_path / "b.tif"), "--overwrite"]) == 0
    assert "mosaic RGGB of 192x160" in capsys.readouterr().out
    picture = np.asarray(Image.open(tmp_path / "b.png"))
    assert np.array_equal(picture, develop(path, read(tmp_path / "b.tif").values))
    assert picture.shape == (160, 192, 3)
    assert run([*command, str(tmp_path / "b.png")]) == 2
    assert run([*command, str(tmp_path / "c.dng")]) == 2
    assert "no DNG is written" in capsys.readouterr().err
    record = str(tmp_path / "b.json")
    assert run(["restore", "denoise", "--from-json", record, "-o", str(tmp_path / "d.tif")]) == 0
    assert (tmp_path / "d.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()


def test_what_is_not_for_mosaics_is_refused(tmp_path: Path) -> None:
    path = noisy(tmp_path)
    for options in ({"method": "dip"}, {"bits": 10}, {"error_map": True}, {"samples": 2}, {"method": "posterior"}):
        with pytest.raises(ArgumentError, match="for mosaics"):
            restore_raw(path, tmp_path / "b.tif", **options)  # type: ignore[arg-type]
    with pytest.raises(ImageFileError):
        restore_raw(path, tmp_path / "b.xyz")
    assert is_developed(tmp_path / "a.jpg")
    assert not is_developed(tmp_path / "a.tif")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.dng"]


def test_a_record_with_other_weights_is_refused(tmp_path: Path) -> None:
    record = restore_raw(noisy(tmp_path), tmp_path / "b.npy", sigma=0.01)
    assert recorded_raw(record).settings.sigma == 0.01
    record.resolved["weights"]["sha256"] = "0"  # type: ignore[index]
    with pytest.raises(ArgumentError, match="weights"):
        recorded_raw(record)
    del record.resolved["weights"]  # type: ignore[attr-defined]
    with pytest.raises(ImageFileError, match="whole record"):
        recorded_raw(record)
