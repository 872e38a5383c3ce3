from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch

from preimage.errors import ImageFileError
from preimage.files import ImageFile
from preimage.files.stacks.layout import layout_of
from preimage.files.stacks.stored import held_array
from preimage.physics import CorrelatedGaussianNoise, GaussianNoise, PoissonGaussianNoise
from preimage.restore.learning import find_folder_noise
from tests.blind.test_correlation import BINOMIAL, scene
from tests.blind.test_light import lit


def folder_of(folder: Path, noise, count: int = 2, size: int = 192, contrast: float = 0.1) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        y = scene(noise, size, contrast)
        ImageFile.from_array((y.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()).write(
            folder / f"{number}.png", overwrite=True
        )
    return folder


@pytest.mark.parametrize(
    ("noise", "kind", "words"),
    [
        (GaussianNoise(0.08), "white", "white Gaussian noise"),
        (PoissonGaussianNoise(0.02, 0.01), "light", "Anscombe"),
        (CorrelatedGaussianNoise(BINOMIAL, 0.08, 0.0), "correlated", "from pixel to pixel"),
    ],
)
def test_the_kind_of_the_noise_is_found(tmp_path, noise, kind, words) -> None:
    found = find_folder_noise(folder_of(tmp_path / "a", noise, 2, *((384, 0.4) if kind == "light" else (192, 0.1))))
    assert found.kind == kind
    assert words in found.describe()
    assert len(found.pictures) == 2


def test_pictures_without_noise_and_of_other_channels_are_passed_over(tmp_path) -> None:
    folder = folder_of(tmp_path / "a", GaussianNoise(0.08))
    ImageFile.from_array(torch.full((80, 80), 90, dtype=torch.uint8).numpy()).write(folder / "flat.png")
    ImageFile.from_array(torch.randint(0, 255, (80, 80, 3), dtype=torch.uint8).numpy()).write(folder / "colour.png")
    found = find_folder_noise(folder)
    assert [path.name for path in found.passed_over] == ["colour.png", "flat.png"]
    with pytest.raises(ImageFileError, match="must hold pictures with noise"):
        find_folder_noise(folder_of(tmp_path / "b", GaussianNoise(1e-6)))


def test_planes_of_a_stack_are_pictures(tmp_path) -> None:
    """Counts of a camera that gives 100 without light."""
    clean, _ = lit()
    counts = 12 * np.random.default_rng(0).poisson(40 * clean, (3, *clean.shape)) + 100
    tifffile.imwrite(tmp_path / "stack.tif", counts.astype(np.uint16), imagej=True, metadata={"axes": "TYX"})
    alone, among = find_folder_noise(tmp_path / "stack.tif"), find_folder_noise(tmp_path)
    assert alone.kind == "light"
    assert [tuple(picture.pixels.shape) for picture in alone.pictures] == [(1, 192, 192)] * 3
    assert all(torch.equal(a.pixels, b.pixels) for a, b in zip(alone.pictures, among.pictures, strict=True))
    light = alone.pictures[0].light
    assert light is not None
    high = float(np.quantile(counts, 0.999))  # one, where zero is zero
    assert light.gain * high == pytest.approx(12, rel=0.1)
    assert light.black * high == pytest.approx(100, abs=10)


def test_pictures_of_one_camera_have_one_white(tmp_path) -> None:
    """A dark one of 12 bits looks like one of 10 alone; one of 8 bits is no reason for anything."""
    rng = np.random.default_rng(2)
    dark, bright = (rng.normal(level, 40, (80, 80)).clip(0, 4095).astype(np.uint16) for level in (500, 3000))
    other = rng.normal(120, 5, (80, 80)).astype(np.uint8)
    for name, samples in (("dark.tif", dark), ("bright.png", bright), ("other.png", other)):
        ImageFile.from_array(samples).write(tmp_path / name)
    found = {round(255 * float(picture.pixels.mean())) for picture in find_folder_noise(tmp_path).pictures}
    assert found == {round(255 * 500 / 4095), round(255 * 3000 / 4095), 120}
    (tmp_path / "bright.png").unlink()
    alone = {round(255 * float(picture.pixels.mean())) for picture in find_folder_noise(tmp_path).pictures}
    assert alone == {round(255 * 500 / 1023), 120}


def test_of_a_long_stack_some_planes_are_taken(tmp_path, monkeypatch) -> None:
    noisy = np.random.default_rng(1).integers(80, 120, (10, 64, 64)).astype(np.uint16)
    np.save(tmp_path / "stack.npy", noisy)
    monkeypatch.setattr("preimage.restore.learning.found._MOST", 5 * 64 * 64)
    assert len(find_folder_noise(tmp_path / "stack.npy").pictures) == 5


def test_arrays_that_are_no_pictures_are_passed_over(tmp_path) -> None:
    folder = folder_of(tmp_path / "a", GaussianNoise(0.08))
    noisy = np.random.default_rng(1).normal(0.5, 0.1, (2, 80, 80))
    np.save(folder / "line.npy", noisy.ravel())
    np.save(folder / "waves.npy", noisy + 1j)
    np.savez(folder / "two.npz", a=noisy, b=noisy)
    found = find_folder_noise(folder)
    assert len(found.pictures) == 2
    assert [path.name for path in found.passed_over] == ["line.npy", "two.npz", "waves.npy"]
    with pytest.raises(ImageFileError, match="must hold pictures with noise"):
        find_folder_noise(folder / "line.npy")
    with pytest.raises(ImageFileError, match="must hold one array"):
        find_folder_noise(folder / "two.npz")


def test_mosaics_of_cameras_are_no_pictures(tmp_path, monkeypatch) -> None:
    values = np.zeros((80, 80), np.uint16)
    layout = replace(layout_of(values.shape, values.dtype), metadata={"pattern": "RGGB", "black": (0, 0, 0, 0)})
    path = tmp_path / "a.npy"
    np.save(path, values)
    mosaic = held_array(path, "", values, layout)
    monkeypatch.setattr("preimage.restore.learning.found.open_lazily", lambda path: mosaic)
    with pytest.raises(ImageFileError, match="none of 0"):
        find_folder_noise(path)
