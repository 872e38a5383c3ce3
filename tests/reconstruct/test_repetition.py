from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from preimage.errors import ArgumentError, ImageFileError
from preimage.reconstruct import CTSettings, reconstruct, reconstruct_again
from preimage.reconstruct.frame.acquisition import Piece
from preimage.reconstruct.methods.variation import LeastVariation
from preimage.reconstruct.repetition import recorded_settings
from tests.reconstruct.disk import sinogram


def test_what_was_found_is_taken_from_the_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[float] = []

    def choose_weight(self: LeastVariation, piece: Piece) -> float:
        looked.append(piece.level)
        return 0.7

    monkeypatch.setattr(LeastVariation, "choose_weight", choose_weight)
    np.save(tmp_path / "a.npy", np.random.default_rng(0).random((6, 16)))
    np.save(tmp_path / "flat.npy", np.full(16, 2.0))
    settings = CTSettings(angles="0:180", method="tv", steps=3, flat=tmp_path / "flat.npy")
    first = reconstruct("ct", tmp_path / "a.npy", settings)
    assert first.record.resolved["weight"] == 0.7
    found = recorded_settings(first.record)
    assert found == replace(
        settings, axis=0.0, weight=first.record.resolved["weight"], sigma=first.record.resolved["sigma"],
        device="cpu", threads=first.record.resolved["threads"],
    )  # fmt: skip
    again = reconstruct_again(first.record)
    assert np.array_equal(again.image, first.image)
    assert (again.record.settings, again.record.resolved) == (first.record.settings, first.record.resolved)
    np.save(tmp_path / "flat.npy", np.full(16, 3.0))
    with pytest.raises(ArgumentError, match="`flat` must be the recorded file"):
        reconstruct_again(first.record)
    np.save(tmp_path / "flat.npy", np.full(16, 2.0))
    older = replace(first.record, versions={**first.record.versions, "torch": "1.0"})
    assert "torch 1.0 then" in reconstruct_again(older).record.notes[-1]
    with pytest.raises(ImageFileError, match="wrong steps"):
        recorded_settings(replace(first.record, settings={"steps": [3]}))
    assert len(looked) == 1


def test_an_axis_that_was_found_stands_in_place_of_auto_in_a_file(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", sinogram(48, np.arange(180.0), 1.0, 1.5))
    (tmp_path / "scan.toml").write_text('angles = "0:180"\naxis = "auto"\n')
    first = reconstruct("ct", tmp_path / "a.npy", CTSettings(geometry=str(tmp_path / "scan.toml")))
    assert first.record.resolved["axis"] == pytest.approx(1.5, abs=0.1)
    assert np.array_equal(reconstruct_again(first.record).image, first.image)


def test_the_input_is_the_recorded_one(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((2, 8)))
    record = reconstruct("ct", tmp_path / "a.npy", CTSettings(angles="0:180")).record
    (tmp_path / "a.npy").rename(tmp_path / "b.npy")
    with pytest.raises(ImageFileError, match="exists"):
        reconstruct_again(record)
    reconstruct_again(record, tmp_path / "b.npy")
    np.save(tmp_path / "b.npy", np.zeros((2, 8)))
    with pytest.raises(ArgumentError, match="bytes differ"):
        reconstruct_again(record, tmp_path / "b.npy")
