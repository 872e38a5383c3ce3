import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.blocks.memory import BASE_BYTES
from preimage.errors import ArgumentError, ConvergenceError, ImageFileError
from preimage.optim import GD, Variational
from preimage.physics import GaussianNoise, ParallelBeam, Tomography
from preimage.reconstruct import CTSettings, Reconstructed, ScanRecord, reconstruct
from preimage.reconstruct.frame.acquisition import Piece, ViewsPiece
from preimage.reconstruct.frame.approach import Approach
from preimage.reconstruct.frame.digests import input_sha256, named_digests
from preimage.reconstruct.frame.engine import ScanPlan, plain_settings
from preimage.reconstruct.frame.memory import budget_of, check_fits, check_image_fits
from preimage.reconstruct.frame.run import run_variational
from preimage.reconstruct.frame.settings import ScanSettings

COVERS = [
    "preimage.reconstruct.frame.acquisition",
    "preimage.reconstruct.frame.approach",
    "preimage.reconstruct.frame.digests",
    "preimage.reconstruct.frame.engine",
    "preimage.reconstruct.frame.memory",
    "preimage.reconstruct.frame.run",
    "preimage.reconstruct.frame.scan_record",
]

PHYSICS = Tomography(ParallelBeam([0.0, 45.0, 90.0, 135.0], 32), (32, 32))


def test_it_is_what_the_operators_give(tmp_path: Path) -> None:
    y = torch.rand(4, 32, generator=torch.Generator().manual_seed(0))
    np.save(tmp_path / "a.npy", y.numpy())
    seen: list[tuple[int, int]] = []
    plans: list[ScanPlan] = []
    found = reconstruct(
        "ct", tmp_path / "a.npy", CTSettings(angles="0:180:45", window="hann"),
        lambda done, total: seen.append((done, total)), plans.append,
    )  # fmt: skip
    assert isinstance(found, Reconstructed)
    assert np.array_equal(found.image, PHYSICS.fbp(y[None, None], "hann")[0, 0].numpy())
    assert seen == [(1, 1)]
    assert (plans[0].method, plans[0].shape) == ("fbp", (32, 32))
    resolved = found.record.resolved
    assert (resolved["method"], resolved["weight"], resolved["sigma"]) == ("fbp", None, None)
    assert found.record.stopped == "one pass"


def test_settings_are_those_of_the_modality(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="`settings` must be CTSettings"):
        reconstruct("ct", tmp_path / "a.npy", ScanSettings())
    with pytest.raises(ArgumentError, match="`modality` must be"):
        reconstruct("xray", tmp_path / "a.npy")
    np.save(tmp_path / "a.npy", np.ones((2, 8)))
    with pytest.raises(ArgumentError, match="`sigma` must be above 0"):
        reconstruct("ct", tmp_path / "a.npy", CTSettings(angles="0:180", method="tv", weight=1.0, sigma=-1.0))


def test_paths_are_texts_in_a_record() -> None:
    assert plain_settings(CTSettings(flat=Path("a")))["flat"] == "a"


@pytest.mark.parametrize("rows", [(), (3,)])
def test_the_noise_of_sinograms_is_estimated_and_put_into_the_physics(rows: tuple[int, ...]) -> None:
    rng = torch.Generator().manual_seed(0)
    y = 5 + 0.2 * torch.randn(2, 1, 180, *rows, 128, generator=rng)
    piece = ViewsPiece(y, PHYSICS)
    assert piece.estimated_level() == pytest.approx(0.2, rel=0.1)
    noise = piece.with_level(0.25).to(torch.device("cpu")).physics.noise
    assert isinstance(noise, GaussianNoise)
    assert noise.sigma == 0.25
    assert ViewsPiece(torch.zeros_like(y), PHYSICS).estimated_level() > 0


def test_a_piece_of_any_operator_starts_from_its_pseudo_inverse() -> None:
    y = torch.rand(1, 1, 4, 32)
    assert torch.equal(Piece(y, PHYSICS).first(), PHYSICS.A_dagger(y))
    with pytest.raises(NotImplementedError):
        Piece(y, PHYSICS).estimated_level()


def test_a_method_takes_what_is_given_or_its_usual_numbers() -> None:
    assert Approach.of(ScanSettings()) == Approach(1, None)
    assert Approach.of(ScanSettings(steps=3, weight=0.5)) == Approach(3, 0.5)
    assert not Approach().is_open
    for number, told in ((ScanSettings(steps=0), "`steps`"), (ScanSettings(weight=0.0), "`weight`")):
        with pytest.raises(ArgumentError, match=told):
            Approach.of(number)


def test_what_diverges_is_told() -> None:
    y = torch.ones(1, 1, 4, 32)
    steps: list[int] = []
    physics = PHYSICS.with_noise(GaussianNoise(1.0))
    with pytest.raises(ConvergenceError, match="diverged"):
        run_variational(Variational(GD(step_size=1e3), max_steps=50), y, physics, steps.append)
    assert steps[:2] == [1, 2]


def test_memory_is_limited() -> None:
    assert budget_of(None) is None
    # What Python and torch take is of the memory that the user allows.
    assert budget_of("2GB") == 2 * 10**9 - BASE_BYTES
    with pytest.raises(ArgumentError, match="`memory` must be over"):
        budget_of("300MB")
    check_fits(Path("a"), 100, 100)
    with pytest.raises(ImageFileError, match="`memory`"):
        check_fits(Path("a"), 101, 100)
    with pytest.raises(ImageFileError, match="must fit in memory"):
        check_fits(Path("a"), 2**60, None)
    check_image_fits(100, 100)
    with pytest.raises(ArgumentError, match="`size`"):
        check_image_fits(2**60, None)


def test_a_folder_has_the_digest_of_its_pages(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(b"a")
    first = input_sha256(tmp_path)
    assert len(first) == 64
    (tmp_path / "b.tif").write_bytes(b"b")
    (tmp_path / "notes.txt").write_bytes(b"b")
    assert input_sha256(tmp_path) != first
    assert input_sha256(tmp_path / "a.tif") != first
    settings = CTSettings(flat=tmp_path, dark=tmp_path / "none", geometry=str(tmp_path / "a.tif"), angles="0:180")
    assert named_digests(settings) == {"flat": input_sha256(tmp_path), "geometry": input_sha256(tmp_path / "a.tif")}


RECORD = ScanRecord("ct", {"path": "a.npy", "sha256": "0"}, {"steps": 3}, {"weight": 2.5}, "one pass", 1.5, 10)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(RECORD.to_json())
    assert ScanRecord.read(tmp_path / "a.json") == RECORD


@pytest.mark.parametrize(
    "change", [{"modality": 3}, {"settings": []}, {"input": {"path": "a"}}, {"notes": 3}, {"other": 1}], ids=str
)
def test_what_no_run_would_have_written_is_no_record(tmp_path: Path, change: dict[str, object]) -> None:
    (tmp_path / "a.json").write_text(json.dumps({**dataclasses.asdict(RECORD), **change}))
    with pytest.raises(ImageFileError, match="must be a record"):
        ScanRecord.read(tmp_path / "a.json")
