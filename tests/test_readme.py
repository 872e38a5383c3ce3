"""Every command and block of the README, run in a folder with the pictures that it names."""

import re
import shlex
from pathlib import Path

import matplotlib
import numpy as np
import pytest
import tifffile
import torch
from PIL import Image

from preimage.cli.app import run
from tests.cli.conftest import photograph, small_prior, sparse, tiny
from tests.cli.training.test_groupsc import SMALL
from tests.reconstruct import disk
from tests.reconstruct.mri import scan

__all__ = ["photograph", "small_prior", "sparse", "tiny"]

README = Path(__file__).parents[1] / "README.md"
# What is run before any Python of ours is there: by .ci/run.
SET_UP = ("python3 bootstrap.py", "source ")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands():
    """Without comments."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [shlex.split(line, comments=True) for line in lines if line and not line.startswith(SET_UP)]


@pytest.fixture
def folder(tmp_path, picture, monkeypatch):
    """A folder with the pictures that the README names, where the commands are run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "holiday" / "beach").mkdir(parents=True)
    (tmp_path / "photographs").mkdir()
    rough = np.clip(picture + 15 * np.random.default_rng(1).standard_normal(picture.shape), 0, 255).astype(np.uint8)
    Image.fromarray(rough).save("photo.jpg", quality=98)  # sparse models were not made for less noise
    for name in ("photo.png", "holiday/a.png", "holiday/beach/b.png", "photographs/a.png", "photographs/b.png"):
        Image.fromarray(picture).save(name)
    for name in ("old.jpg", "small.jpg", "dark.jpg", "bright.jpg"):
        Image.fromarray(picture).save(name, quality=30)
    Image.fromarray(picture[:20, :24]).save("small.png")
    for name in ("results", "clean", "my_noisy_pictures"):
        Path(name).mkdir()
    for name in ("results/a-denoised.png", "clean/a.png"):
        Image.fromarray(picture).save(name)
    flat = 120 + 20 * np.random.default_rng(2).standard_normal((80, 96, 3))
    for name in ("noisy.png", "my_noisy_pictures/a.png", "my_noisy_pictures/b.png"):
        Image.fromarray(flat.clip(0, 255).astype(np.uint8)).save(name)
    Image.fromarray(picture).save("scan.tif")
    Image.fromarray(picture[..., 0]).save("bayer.png")
    counts = np.random.default_rng(3).poisson(100 + picture[:32, :36, 0] / 4, (5, 32, 36))
    spacing = {"spacing": 0.3, "unit": "um", "axes": "ZYX"}
    tifffile.imwrite("stack.tif", counts.astype(np.uint16), imagej=True, resolution=(10, 10), metadata=spacing)
    tifffile.imwrite("cells.ome.tif", counts[:2, :20, :24].astype(np.uint16), metadata={"axes": "ZYX"})
    tifffile.imwrite("bead.tif", np.ones((3, 5), np.uint16))
    Path("my_module.py").write_text("from preimage.physics import Denoising as MyPhysics\n")
    scratches = np.zeros(picture.shape[:2], np.uint8)
    scratches[5:8, 4:40] = 255
    Image.fromarray(scratches).save("scratches.png")
    scans()
    return tmp_path


def scans():
    """Small measurements of tomographs, in the folder of today."""
    sinogram = disk.sinogram(32, np.arange(180.0))
    np.save("sino.npy", sinogram)
    np.save("counts.npy", np.round(10 * sinogram[::6] + 2))
    Path("pages").mkdir()
    for view, row in enumerate(sinogram[::6]):
        tifffile.imwrite(f"pages/view{view}.tif", np.exp(-row / 10)[None].repeat(2, 0).astype(np.float32))
    np.save("flat.npy", np.ones((2, 32)))
    Path("scan.toml").write_text('angles = "0:180"\nspacing = 0.5\n')
    maps, image = scan.sensitivities(3, 24, 24), scan.phantom(24, 24)
    kspace, mask = scan.kspace(image, maps), np.ones(24)
    mask[:8:2] = 0
    np.save("kspace.npy", kspace)
    np.save("mask.npy", mask)
    scan.write_ismrmrd(Path("scan.h5"), [kspace], scan.header(24, 24, (24, 24)))


def shortened(command):
    """With fewer steps where there are thousands: minutes are not what is tested."""
    if "--time" in command:
        place = command.index("--time")
        return [*command[:place], "--steps", "1", *command[place + 2 :]]
    if "--samples" in command:
        place = command.index("--samples")
        return [*command[:place], "--samples", "1", "--steps", "2", *command[place + 2 :]]
    return [*command, "--steps", "2"] if {"dip", "flash", "tv", "pnp"} & set(command) else command


@pytest.mark.usefixtures("tiny", "sparse", "small_prior", "folder")
def test_every_command_runs(monkeypatch, capsys):
    from preimage.training.recipes.groupsc import recipe

    plain = recipe.GroupSCRecipe
    monkeypatch.setattr(recipe, "GroupSCRecipe", lambda task, sc, seed: plain(task, sc, seed=seed, **SMALL))
    found = commands()
    assert len(found) >= 15
    for command in found:
        assert command[0] == "preimage"
        if command[1] == "explain":  # of a pixel that is not in a picture so small
            command = [*command[: command.index("--at")], "--at", "12,8"]
        assert run(shortened(command[1:])) == 0, (command, capsys.readouterr().err)


def test_what_is_run_before_is_what_ci_runs():
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.startswith(SET_UP)]
    script = (README.parent / ".ci" / "run").read_text()
    for line in lines:
        assert line.startswith("source .venv/bin/activate") or line.partition("bootstrap.py ")[2] in script


@pytest.mark.usefixtures("tiny", "sparse", "folder")
def test_every_block_of_python_runs(monkeypatch):
    from skimage import data

    small = np.ascontiguousarray(data.astronaut()[60:124, 180:244])
    monkeypatch.setattr(data, "astronaut", lambda: small)
    matplotlib.use("Agg")
    names = {}
    found = blocks("python")
    assert len(found) >= 5
    for block in found:
        exec(compile(block.replace("at=(120, 80)", "at=(12, 8)"), "README.md", "exec"), names)
    assert isinstance(names["x_hat"], torch.Tensor)
    assert Path("history.png").exists()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\]\(([\w/.]+)\)", README.read_text(encoding="utf-8")))))
def test_links_lead_somewhere(name):
    assert (README.parent / name).exists()
