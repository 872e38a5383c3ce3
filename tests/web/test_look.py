from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image, ImageFilter

from preimage.errors import ImageFileError
from preimage.files import ImageFile
from preimage.restore import read_kernel
from preimage.web.findings import Findings
from preimage.web.look import look, look_for_blur, prepare


def noisy(height: int = 96, width: int = 128) -> np.ndarray:
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:height, :width]
    clean = 0.5 + 0.3 * np.sin(columns / 15) * np.cos(rows / 19)
    return np.clip(clean[..., None] + rng.normal(0, 0.05, (height, width, 3)), 0, 1)


def test_noise_and_depth_of_a_picture_are_seen(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", (65535 * noisy()).astype(np.uint16))
    found = look(tmp_path / "a.tif")
    assert (found.width, found.height, found.channels, found.bits, found.format) == (128, 96, 3, 16, "TIFF")
    assert found.noise is not None
    assert abs(found.noise - 0.05) < 0.01
    assert found.quality is None
    assert (found.grain, found.enlarged) == (1.0, None)
    assert Findings.from_values(found.to_values()) == found


def test_the_quality_of_a_jpeg_is_seen_in_the_file_and_in_its_pixels(tmp_path: Path) -> None:
    Image.fromarray((255 * noisy()).astype(np.uint8)).save(tmp_path / "a.jpg", quality=35)
    Image.open(tmp_path / "a.jpg").save(tmp_path / "a.png")
    in_file, in_pixels = look(tmp_path / "a.jpg"), look(tmp_path / "a.png")
    assert (in_file.quality, in_file.from_table) == (35, True)
    assert not in_pixels.from_table
    assert in_pixels.quality is not None
    assert abs(in_pixels.quality - 35) <= 2


def test_what_was_enlarged_is_seen_to_be(tmp_path: Path) -> None:
    small = Image.fromarray((255 * noisy()).astype(np.uint8))
    small.resize((256, 192), Image.Resampling.BILINEAR).save(tmp_path / "a.png")
    found = look(tmp_path / "a.png")
    assert found.enlarged is not None
    assert abs(found.enlarged - 2) < 0.1


def test_the_blur_of_a_picture_is_seen_and_drawn(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    sharp = np.kron(rng.integers(60, 200, (8, 8)), np.ones((8, 8))).astype(np.uint8)
    Image.fromarray(sharp).filter(ImageFilter.GaussianBlur(1.5)).save(tmp_path / "a.png")
    found = look_for_blur(tmp_path / "a.png", tmp_path / "kernel.png")
    assert found.is_sure
    assert not found.is_sharp
    assert "kernel" in found.words or "Gaussian" in found.words
    kernel = read_kernel(str(tmp_path / "kernel.png")).double()
    steps = torch.arange(len(kernel)) - (kernel.sum(1) * torch.arange(len(kernel))).sum()
    assert abs(float((kernel.sum(1) * steps.square()).sum().sqrt()) - 1.5) < 0.2
    Image.fromarray(np.full((40, 40), 90, np.uint8)).save(tmp_path / "flat.png")
    assert not look_for_blur(tmp_path / "flat.png", tmp_path / "none.png").is_sure


def test_a_browser_is_shown_all_pixels_without_loss(tmp_path: Path) -> None:
    array = (65535 * noisy()).astype(np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", array)
    tifffile.imwrite(tmp_path / "grey.tif", array[..., 0])
    prepare([(str(tmp_path / name), str(tmp_path / f"{name}.png")) for name in ("a.tif", "grey.tif")])
    shown = np.asarray(Image.open(tmp_path / "a.tif.png"))
    expected = (255 * ImageFile.read(tmp_path / "a.tif").pixels).round().byte().permute(1, 2, 0).numpy()
    assert np.array_equal(shown, expected)
    assert np.asarray(Image.open(tmp_path / "grey.tif.png")).shape == (96, 128)


def test_pixels_that_are_no_numbers_are_left_to_be_filled_in(tmp_path: Path) -> None:
    array = noisy(40, 50)[..., 0].astype(np.float32)
    array[10:14, 20:30] = np.nan
    tifffile.imwrite(tmp_path / "holes.tif", array)
    found = look(tmp_path / "holes.tif")
    assert (found.width, found.height, found.noise) == (50, 40, None)
    prepare([(str(tmp_path / "holes.tif"), str(tmp_path / "view.png"))])
    shown = np.asarray(Image.open(tmp_path / "view.png"))
    assert (shown == 0).sum() == 40
    tifffile.imwrite(tmp_path / "none.tif", np.full((8, 8), np.nan, np.float32))
    with pytest.raises(ImageFileError, match="finite"):
        look(tmp_path / "none.tif")
