from pathlib import Path

import numpy as np
import pytest

from preimage.errors import ArgumentError, ImageFileError
from preimage.reconstruct import CTSettings
from preimage.reconstruct.ct.acquire import acquire_ct
from preimage.reconstruct.ct.normalise import line_integrals
from preimage.reconstruct.ct.projections import Projections, finite, read_projections

COVERS = [
    "preimage.reconstruct.ct.acquire",
    "preimage.reconstruct.ct.normalise",
    "preimage.reconstruct.ct.projections",
]

RNG = np.random.default_rng(0)


def test_rows_become_pieces_of_slices_in_their_order(tmp_path: Path) -> None:
    values = RNG.random((4, 5, 600), dtype=np.float32)
    np.save(tmp_path / "a.npy", values)
    found = acquire_ct(tmp_path / "a.npy", CTSettings(angles="0:180"))
    assert (found.shape, found.usual, found.grid.unit) == ((5, 600, 600), "fbp", "pixel")
    rows = np.concatenate([piece().y.numpy() for piece in found.pieces])
    assert np.array_equal(rows[:, 0], values.transpose(1, 0, 2))
    assert len(found.pieces) == 3  # of at most a million pixels
    cone = CTSettings(angles="0:360", geometry="cone", source=2000.0, detector=0.0, size="2x30x40")
    volume = acquire_ct(tmp_path / "a.npy", cone)
    assert (volume.shape, volume.usual, volume.grid.unit) == ((2, 30, 40), "fdk", "mm")
    assert np.array_equal(volume.pieces[0]().y[0, 0].numpy(), values)


def test_counts_become_line_integrals() -> None:
    truth = RNG.random((3, 2, 7))
    dark, flat = RNG.random((2, 7)), 10 + RNG.random((2, 7))
    counts = dark + (flat - dark) * np.exp(-truth)
    found, notes = line_integrals(Projections(counts, None, flat[None], dark[None]))
    np.testing.assert_allclose(found, truth, atol=1e-12)
    assert notes == ("counts were normalised by the flat field",)
    counts[0, 0, 0] = 0
    found, notes = line_integrals(Projections(counts, None, flat[None], dark[None]))
    assert np.isfinite(found).all()
    assert "1 of 42 counts" in notes[0]
    assert line_integrals(Projections(truth))[0] is truth
    with pytest.raises(ArgumentError, match="`flat` must be given"):
        line_integrals(Projections(counts, None, None, dark))
    with pytest.raises(ArgumentError, match="no light"):
        line_integrals(Projections(0 * counts, None, flat, dark))


def test_fields_of_files_are_averaged(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.full((3, 8), 2.0))
    np.save(tmp_path / "flat.npy", np.array([[4.0] * 8, [6.0] * 8]))
    found = acquire_ct(tmp_path / "a.npy", CTSettings(angles="0:180", flat=tmp_path / "flat.npy"))
    np.testing.assert_allclose(found.pieces[0]().y.numpy(), np.log(2.5))
    np.save(tmp_path / "flat.npy", np.ones((2, 9)))
    with pytest.raises(ImageFileError, match="`flat` must be of"):
        acquire_ct(tmp_path / "a.npy", CTSettings(angles="0:180", flat=tmp_path / "flat.npy"))


def test_integers_become_floats_and_doubles_stay(tmp_path: Path) -> None:
    for kind, wanted in ((np.uint16, np.float32), (np.float64, np.float64), (np.float32, np.float32)):
        np.save(tmp_path / "a.npy", np.ones((2, 3), kind))
        assert read_projections(tmp_path / "a.npy", None, None).values.dtype == wanted


def test_numbers_are_finite() -> None:
    with pytest.raises(ImageFileError, match="1 of 2 are NaN"):
        finite(np.array([1.0, np.inf]), Path("a"))
    with pytest.raises(ImageFileError, match="all are NaN"):
        finite(np.array([np.nan]), Path("a"))


def test_data_exchange_tells_angles_and_fields(tmp_path: Path) -> None:
    import h5py

    truth, flat, dark = RNG.random((4, 3, 6)), 900.0, 100.0
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["exchange/data"] = (dark + (flat - dark) * np.exp(-truth)).astype(np.float32)
        file["exchange/data_white"] = np.full((2, 3, 6), flat, np.uint16)
        file["exchange/data_dark"] = np.full((5, 3, 6), dark, np.uint16)
        file["exchange/theta"] = np.deg2rad([0.0, 30.0, 60.0, 90.0])
        file["exchange/theta"].attrs["units"] = "radians"
    found = acquire_ct(tmp_path / "scan.h5", CTSettings())
    np.testing.assert_allclose(found.pieces[0]().y[:, 0].numpy(), truth.transpose(1, 0, 2), atol=1e-5)
    assert found.pieces[0]().physics.geometry.degrees == pytest.approx((0, 30, 60, 90))
    with h5py.File(tmp_path / "scan.h5", "a") as file:
        file["exchange/theta"].attrs["units"] = "degrees"
    assert acquire_ct(tmp_path / "scan.h5", CTSettings()).pieces[0]().physics.geometry.degrees[1] == pytest.approx(
        0.5236, abs=1e-4
    )
    with h5py.File(tmp_path / "scan.h5", "a") as file:
        del file["exchange/data_white"]
        file["exchange/data_white"] = np.ones((2, 3, 7))
    with pytest.raises(ArgumentError, match="data_white"):
        acquire_ct(tmp_path / "scan.h5", CTSettings())
