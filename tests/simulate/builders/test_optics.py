from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ImageFileError
from preimage.simulate import sample_picture
from preimage.simulate.builders.optics import build_haze

X = sample_picture(5, 6)[None]
AIR = {"beta": 0.1, "airlight": 0.9}


def test_distances_rise_to_the_horizon_or_are_in_a_file(tmp_path: Path) -> None:
    made = build_haze(X, {"depth": "2:20", **AIR}, torch.Generator())
    assert torch.equal(made.physics.fields()["depth"][0, 0, :, 0], torch.tensor([20, 15.5, 11, 6.5, 2]))
    np.save(tmp_path / "d.npy", np.full((5, 6), 3.0))
    made = build_haze(X, {"depth": str(tmp_path / "d.npy"), **AIR}, torch.Generator())
    torch.testing.assert_close(made.physics.A(X), np.exp(-0.3) * X + 0.9 * (1 - np.exp(-0.3)))


def test_what_is_no_distance_is_told(tmp_path: Path) -> None:
    np.save(tmp_path / "d.npy", np.full((4, 6), 3.0))
    (tmp_path / "e.npy").write_bytes(b"no")
    for spec, told, kind in (
        ("far", "NEAR:FAR in metres", ArgumentError),
        (str(tmp_path / "d.npy"), "must be 5x6", ArgumentError),
        (str(tmp_path / "e.npy"), "readable", ImageFileError),
    ):
        with pytest.raises(kind, match=told):
            build_haze(X, {"depth": spec, **AIR}, torch.Generator())
