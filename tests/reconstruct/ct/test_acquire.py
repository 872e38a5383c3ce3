from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.blocks.memory import BASE_BYTES
from preimage.errors import ArgumentError, ImageFileError
from preimage.files import write
from preimage.files.stacks.opening import open_lazily
from preimage.reconstruct import CTSettings
from preimage.reconstruct.ct.acquire import acquire_ct
from preimage.reconstruct.ct.correct import corrected, with_found_axis
from preimage.reconstruct.ct.geometry import scan_geometry
from preimage.reconstruct.ct.geometry_keys import GeometryKeys
from preimage.reconstruct.ct.projections import (
    Projections,
    finite,
    read_projections,
    some_finite,
    told_millimetres,
)
from tests.reconstruct.disk import sinogram

COVERS = [
    "preimage.reconstruct.ct.acquire",
    "preimage.reconstruct.ct.correct",
    "preimage.reconstruct.ct.projections",
]

DEGREES = np.arange(180.0)
RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("shape", "angles", "told"),
    [
        ((4, 8), "0:3.14", "0 to 2.355 were taken for degrees"),
        ((4, 8), "0:180", None),
        ((1, 8), "0:3", None),
        ((3, 5, 8), "0:180", "for 3 sinograms of 5 views give `sinograms`"),
        ((8, 9, 8), "0:180", None),
    ],
)
def test_what_may_have_been_meant_otherwise_is_told(tmp_path: Path, shape, angles, told) -> None:
    np.save(tmp_path / "a.npy", RNG.random(shape, dtype=np.float32))
    notes = acquire_ct(tmp_path / "a.npy", CTSettings(angles=angles)).notes
    assert (len(notes) == 0) if told is None else (told in notes[0])


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


def test_memory_is_that_of_the_slices_and_of_the_projections_beside_them(tmp_path: Path) -> None:
    """Measured by the system: 39 MB of projections, 210 MB of slices and the process itself took 870 MB of 953 MB."""
    values = RNG.random((4, 5, 600), dtype=np.float32)
    np.save(tmp_path / "a.npy", values)
    needed = BASE_BYTES + 4 * 600 * 600 * (2 * 5 + 8 * 2) + values.nbytes
    acquire_ct(tmp_path / "a.npy", CTSettings(angles="0:180", memory=str(needed)))
    with pytest.raises(ArgumentError, match="fits in memory"):
        acquire_ct(tmp_path / "a.npy", CTSettings(angles="0:180", memory=str(needed - 1)))


def test_counts_become_line_integrals() -> None:
    truth = RNG.random((3, 2, 7))
    dark, flat = RNG.random((2, 7)), 10 + RNG.random((2, 7))
    counts = dark + (flat - dark) * np.exp(-truth)
    found, notes = corrected(Projections(counts, None, flat[None], dark[None]), rings=False)
    np.testing.assert_allclose(found.numpy(), truth, atol=1e-12)
    assert notes == ("counts were normalised by the flat field",)
    dead = flat.copy()
    dead[0, 3] = dark[0, 3]
    found, notes = corrected(Projections(counts, None, dead, dark), rings=False)
    np.testing.assert_allclose(found[:, 0, 3].numpy(), truth[:, 0, [2, 4]].mean(1))
    assert "3 of 42 values" in notes[1]
    assert np.array_equal(corrected(Projections(truth), rings=False)[0].numpy(), truth)
    with pytest.raises(ArgumentError, match="`flat` must be given"):
        corrected(Projections(counts, None, None, dark), rings=False)
    with pytest.raises(ArgumentError, match="no light"):
        corrected(Projections(counts, None, dark, dark), rings=False)


def test_stripes_are_suppressed() -> None:
    sino = np.stack([sinogram(64, DEGREES)] * 2, 1)
    striped = sino + 2.0 * (np.arange(64) == 20)
    found, notes = corrected(Projections(striped), rings=True)
    assert float(np.abs(found.numpy() - sino)[..., 20].mean()) < 0.5
    assert notes == ("stripes were suppressed",)


def test_the_axis_is_found(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.stack([0 * sinogram(64, DEGREES), sinogram(64, DEGREES, 1.0, 1.3)], 1))
    found = acquire_ct(tmp_path / "a.npy", CTSettings(angles="0:180", axis="auto"))
    assert found.facts["axis"] == pytest.approx(1.3, abs=0.05)
    assert found.pieces[0]().physics.geometry.axis == found.facts["axis"]
    with pytest.raises(ArgumentError, match="half a turn"):
        acquire_ct(tmp_path / "a.npy", CTSettings(angles="0:90", axis="auto"))
    geometry = scan_geometry(GeometryKeys(angles="0:180"), (180, 64), None)
    alone = with_found_axis(geometry, torch.from_numpy(sinogram(64, DEGREES, 1.0, -2.0)))
    assert alone.beam.axis == pytest.approx(-2.0, abs=0.1)
    np.save(tmp_path / "a.npy", np.zeros((180, 2, 64)))
    with pytest.raises(ArgumentError, match="projections of nothing"):
        acquire_ct(tmp_path / "a.npy", CTSettings(angles="0:180", axis="auto"))


def test_gaps_are_filled(tmp_path: Path) -> None:
    values = np.tile(np.arange(8.0), (4, 1))
    values[:, 3] = np.nan
    np.save(tmp_path / "a.npy", values)
    found = acquire_ct(tmp_path / "a.npy", CTSettings(angles="0:180"))
    assert found.pieces[0]().y[0, 0, 0].tolist() == list(range(8))
    assert "4 of 32 values" in found.notes[0]


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
    for check in (finite, some_finite):
        with pytest.raises(ImageFileError, match="all are NaN"):
            check(np.array([np.nan]), Path("a"))
    assert some_finite(np.array([1, 2]), Path("a")).dtype == np.float32


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


@pytest.mark.parametrize("name", ["a.mrc", "a.ome.tif", "a.nii.gz", "a.zarr", "a.ome.zarr", "a.h5", "a.mat"])
def test_lengths_are_those_that_the_file_tells(tmp_path: Path, name: str) -> None:
    values = RNG.random((5, 3, 8), dtype=np.float32)
    unit = "angstrom" if name.endswith(".mrc") else "um"
    write(tmp_path / name, values, "ZYX", {"Z": 1.0, "Y": 4.0, "X": 2.0}, dict.fromkeys("ZYX", unit))
    scale = 1e-7 if unit == "angstrom" else 1e-3
    found = acquire_ct(tmp_path / name, CTSettings(angles="0:180"))
    assert found.grid.unit == "mm"
    assert found.grid.sizes == pytest.approx((4 * scale, 2 * scale, 2 * scale))
    assert found.notes[0] == f"a bin is {2 * scale:.6g} mm wide, as the input tells"
    assert found.pieces[0]().physics.geometry.spacing == pytest.approx(2 * scale)
    given = acquire_ct(tmp_path / name, CTSettings(angles="0:180", spacing=0.5))
    assert given.grid.sizes == (0.5, 0.5, 0.5)


def test_resolutions_for_printing_are_no_lengths(tmp_path: Path) -> None:
    from PIL import Image

    Image.fromarray(np.ones((6, 8), np.uint8)).save(tmp_path / "a.png", dpi=(72, 72))
    assert told_millimetres(open_lazily(tmp_path / "a.png"), "X") is None
    assert acquire_ct(tmp_path / "a.png", CTSettings(angles="0:180")).grid.unit == "pixel"


def test_sinograms_of_slices_are_projections_in_another_order(tmp_path: Path) -> None:
    values = RNG.random((3, 5, 8), dtype=np.float32)
    write(tmp_path / "s.nii", values, "ZYX", {"Z": 4.0, "Y": 1.0, "X": 2.0}, dict.fromkeys("ZYX", "mm"))
    found = acquire_ct(tmp_path / "s.nii", CTSettings(angles="0:180", sinograms=True))
    assert found.shape == (3, 8, 8)
    assert found.grid.sizes == pytest.approx((4, 2, 2))
    assert np.array_equal(found.pieces[0]().y[:, 0].numpy(), values)
    np.save(tmp_path / "one.npy", values[0])
    with pytest.raises(ArgumentError, match="`sinograms` must be left out"):
        acquire_ct(tmp_path / "one.npy", CTSettings(angles="0:180", sinograms=True))
