"""Samples of 8 to 14 bits in files of 16 are restored like those of 16."""

import numpy as np
import pytest
import tifffile

from preimage import restore
from preimage.cli.app import run as main

TASKS = {
    "denoise": lambda image, **how: restore.denoise(image, **how),
    "deblur": lambda image, **how: restore.deblur(image, "gaussian:1", steps=4, **how),
    "superresolve": lambda image, **how: restore.superresolve(image, 2, method="dpir", steps=4, **how),
    "inpaint": lambda image, **how: restore.inpaint(image, np.arange(32 * 40).reshape(32, 40) % 7 == 3, steps=4, **how),
    "demosaic": lambda image, **how: restore.demosaic(image, steps=4, **how),
}


@pytest.fixture
def scene():
    rows, columns = np.indices((32, 40))
    clean = 0.5 + 0.3 * np.sin(rows / 5) * np.cos(columns / 7)
    noisy = clean + np.random.default_rng(0).normal(0, 0.02, clean.shape)
    noisy[0, 0] = 0.99  # a highlight, which tells the range
    return noisy


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", ["array", "tif", "png"])
def test_depths_agree(tiny, tmp_path, scene, task, kind):
    results = []
    for bits in (10, 12, 14, 16):
        top = 2**bits - 1
        array = np.rint(scene * top).astype(np.uint16)
        image = array if kind == "array" else tmp_path / f"{bits}.{kind}"
        if kind != "array":
            restore.ImageFile.from_array(array, bits).write(image)
        restored = TASKS[task](image)
        out = restored.image if kind == "array" else restored.image.to_array()
        assert out.dtype == np.uint16
        assert any(f"of {bits} bits" in note for note in restored.record.notes) == (bits < 16)
        results.append(np.minimum(np.squeeze(out), top) / top)
    for result in results[:-1]:
        # An error of 45 dB beside that of 25 dB, which a good restoration has, is less than 0.1 dB.
        assert 10 * np.log10(1 / np.mean((result - results[-1]) ** 2)) > 45


def test_bits_are_an_option_and_recorded(tiny, tmp_path, scene, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    tifffile.imwrite("a.tif", np.rint(scene * 1000).astype(np.uint16))
    command = ["restore", "denoise", "a.tif", "-o"]
    assert main([*command, "b.tif"]) == 0
    assert "0 to 1023, as of 10 bits" in capsys.readouterr().out
    assert main([*command, "c.tif", "--bits", "12"]) == 0
    assert "taken for" in capsys.readouterr().out
    found, told = (restore.Record.read(f"{name}.json") for name in "bc")
    assert told.settings["bits"] == 12
    assert found.resolved["sigma"] == pytest.approx(4095 / 1023 * told.resolved["sigma"], rel=0.05)
    assert main(["restore", "denoise", "--from-json", "c.json", "-o", "d.tif"]) == 0
    assert (tmp_path / "c.tif").read_bytes() == (tmp_path / "d.tif").read_bytes()
    assert main([*command, "e.tif", "--bits", "8"]) == 2
    assert "it needs 10" in capsys.readouterr().err
