import dataclasses
import json

import numpy as np
import pytest
import torch
from PIL import Image

from preimage import restore
from preimage.errors import ArgumentError, ImageFileError
from preimage.restore import Record


@pytest.mark.usefixtures("tiny")
def test_a_record_repeats_a_run_to_the_bit(tmp_path, photograph, picture):
    mask = np.zeros(picture.shape[:2], np.uint8)
    mask[5:20, 5:20] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    runs = [
        restore.denoise(photograph, strength=1.3),
        restore.deblur(photograph, "gaussian:1.2", steps=2),
        restore.superresolve(photograph, 2, method="dpir", steps=2),
        restore.superresolve(photograph, 2),
        restore.inpaint(photograph, tmp_path / "mask.png", steps=2),
    ]
    for run in runs:
        run.record.write(tmp_path / "record.json", overwrite=True)
        again = restore.repeat(tmp_path / "record.json")
        assert torch.equal(again.image.pixels, run.image.pixels)
        assert again.record.settings == run.record.settings
        assert again.record.resolved == run.record.resolved


@pytest.mark.usefixtures("tiny")
def test_a_record_is_not_repeated_on_something_else(tmp_path, photograph, picture):
    np.save(tmp_path / "k.npy", np.ones((3, 3)))
    record = restore.deblur(photograph, tmp_path / "k.npy", steps=1).record
    for change, message in (
        (
            {"resolved": {**record.resolved, "weights": {"name": "drunet-color-compact", "sha256": "0"}}},
            "trained later",
        ),
        ({"resolved": {**record.resolved, "kernel_sha256": "0"}}, "kernel"),
        ({"input": {**record.input, "sha256": "0"}}, "recorded file"),
        ({"settings": {}}, "whole record"),
        ({"task": "improve"}, "known task"),
    ):
        with pytest.raises((ArgumentError, ImageFileError), match=message):
            restore.repeat(dataclasses.replace(record, **change))
    noted = restore.repeat(dataclasses.replace(record, versions={**record.versions, "torch": "1.0"}))
    assert "torch 1.0 then" in noted.record.notes[-1]
    with pytest.raises(ArgumentError, match="no path"):
        restore.repeat(restore.denoise(picture).record)
    (tmp_path / "bad.json").write_text(json.dumps({"task": "denoise"}))
    for name in ("bad.json", "none.json", "photo.png"):
        with pytest.raises(ImageFileError, match="from_json"):
            Record.read(tmp_path / name)
