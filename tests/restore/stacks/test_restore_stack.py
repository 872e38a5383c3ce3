"""Stacks and volumes from file to file: units, axes and types of values stay; only the noise goes."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ImageFileError
from preimage.files import NamedArray, read, write
from preimage.files.stacks.layout import layout_of
from preimage.files.stacks.opening import open_lazily
from preimage.files.stacks.stored import held_array
from preimage.restore import Record, deblur, deblur_stack, restore_stack
from preimage.restore.frame.settings import Settings
from preimage.restore.methods.network import Network
from preimage.restore.stacks.job import StackJob, check_stack
from preimage.restore.stacks.planes import ValueSpan, find_span
from preimage.restore.stacks.repetition import RecordedStack, recorded_stack
from preimage.restore.stacks.restore_stack import carry_out_stack
from preimage.restore.stacks.survey import Survey, channel_of, pictures_of, survey_stack
from preimage.restore.tasks.denoise import Denoise
from tests.restore.conftest import tiny

__all__ = ["tiny"]

COVERS = [
    "preimage.restore.stacks.job",
    "preimage.restore.stacks.planes",
    "preimage.restore.stacks.repetition",
    "preimage.restore.stacks.restore_stack",
    "preimage.restore.stacks.survey",
]


def blobs(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    """Smooth values in [0, 1]."""
    y, x = np.mgrid[: shape[-2], : shape[-1]]
    phase = np.random.default_rng(seed).random(shape[:-2])[..., None, None]
    return 0.5 + 0.5 * np.sin(x / 7 + 6 * phase) * np.cos(y / 5)


@pytest.fixture
def volume(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """Hounsfield units, -1000 to 1000, with noise of 40, and a spot of 30000."""
    clean = 2000 * blobs((5, 48, 40)) - 1000
    noisy = np.rint(clean + 40 * np.random.default_rng(1).standard_normal(clean.shape)).astype(np.int16)
    noisy[2, 20, 20] = 30000
    affine = ((-0.5, 0.0, 0.0, 3.0), (0.0, 0.6, 0.0, 4.0), (0.0, 0.0, 2.0, 5.0), (0.0, 0.0, 0.0, 1.0))
    layout = layout_of(
        noisy.shape, "int16", "ZYX", {"Z": 2.0, "Y": 0.6, "X": 0.5}, dict.fromkeys("ZYX", "mm"), affine=affine
    )
    write(tmp_path / "v.nii.gz", NamedArray(noisy, layout))
    return tmp_path / "v.nii.gz", clean


def test_a_volume_keeps_units_axes_and_place(volume: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, clean = volume
    calls: list[tuple[int, int]] = []
    record = restore_stack(path, tmp_path / "w.nii.gz", progress=lambda done, total: calls.append((done, total)))
    noisy, found = read(path), read(tmp_path / "w.nii.gz")
    assert found.values.dtype == np.int16
    assert (found.axes, found.spacing, found.units) == ("ZYX", pytest.approx((2.0, 0.6, 0.5)), ("mm", "mm", "mm"))
    assert np.allclose(np.array(found.layout.affine), np.array(noisy.layout.affine))
    inside = np.ones(clean.shape, bool)
    inside[2, 10:30, 10:30] = False
    before, after = (np.sqrt(np.mean((x.values - clean)[inside] ** 2)) for x in (noisy, found))
    assert before == pytest.approx(40, rel=0.05)
    assert after < before / 2
    assert found.values[2, 20, 20] > 5000  # far outside of the span, and not cut off
    ((low, high),) = record.resolved["stack"]["spans"]
    assert -1200 < low < -900
    assert 900 < high < 1200
    assert record.resolved["sigma"] * (high - low) == pytest.approx(40, rel=0.15)
    assert calls[0] == (0, 5)
    assert calls[-1] == (5, 5)
    assert Record.read(tmp_path / "w.json") == record


def test_one_level_serves_all_planes(volume: tuple[Path, np.ndarray]) -> None:
    array = open_lazily(volume[0])
    found = survey_stack(array, Denoise(), Network(), None)
    assert len(found.spans) == len(found.levels) == 1
    assert found.level(0, torch.zeros(1, 4, 4)) is found.levels[0]
    again = Survey.recorded(found.entry())
    assert again.spans == found.spans
    assert again.levels[0].value == found.levels[0].value


@pytest.mark.usefixtures("tiny")
def test_channels_have_spans_and_levels_of_their_own(tmp_path: Path) -> None:
    rng, clean = np.random.default_rng(0), blobs((2, 3, 2, 40, 44))
    values = (clean * np.array([200, 40000])[:, None, None] + rng.standard_normal(clean.shape) * 4).clip(0)
    write(tmp_path / "s.ome.tif", values.astype(np.uint16), "TZCYX", {"X": 0.1, "Y": 0.1}, {"X": "um", "Y": "um"})
    record = restore_stack(tmp_path / "s.ome.tif", tmp_path / "c.ome.zarr", axes="TZCYX", noise="gaussian")
    first, second = record.resolved["stack"]["spans"]
    assert second[1] > 100 * first[1]
    found = read(tmp_path / "c.ome.zarr")
    assert (found.axes, found.values.shape) == ("TCZYX", (2, 2, 3, 40, 44))
    assert found.values.dtype == np.uint16
    assert channel_of(open_lazily(tmp_path / "s.ome.tif").layout, (1, 2, 1)) == 1


@pytest.mark.usefixtures("tiny")
def test_a_recorded_run_is_the_same_to_the_bit(volume: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    record = restore_stack(volume[0], tmp_path / "w.npy")
    known = recorded_stack(record)
    assert isinstance(known, RecordedStack)
    job = StackJob(open_lazily(volume[0]), known.key, known.axes, tmp_path / "again.npy", survey=known.survey)
    carry_out_stack(job, known.task, known.method, known.settings)
    assert (tmp_path / "w.npy").read_bytes() == (tmp_path / "again.npy").read_bytes()
    broken = dataclasses.replace(record, resolved={**record.resolved, "stack": {"spans": [[1]]}})
    with pytest.raises(ImageFileError, match="record of a stack"):
        recorded_stack(broken)


@pytest.mark.usefixtures("tiny")
def test_what_is_no_number_stays_and_colours_are_colours(tmp_path: Path) -> None:
    values = blobs((2, 40, 44)) * 1e6
    values[0, 3, 4] = np.nan
    np.save(tmp_path / "a.npy", values)
    restore_stack(tmp_path / "a.npy", tmp_path / "b.npy", sigma="5/255")
    found = np.load(tmp_path / "b.npy")
    assert found.dtype == np.float64
    assert np.array_equal(np.isnan(found), np.isnan(values))
    assert [part.shape[0] for part in pictures_of(torch.zeros(3, 4, 5))] == [3]
    assert [part.shape[0] for part in pictures_of(torch.zeros(2, 4, 5))] == [1, 1]


def test_values_that_nothing_changes_stay_to_the_bit() -> None:
    values = np.array([[2.0**40 + 1, np.inf], [-7.25, 3.0]])
    span = ValueSpan(-10.0, 100.0)
    pixels = span.pixels(values)
    assert bool(torch.isfinite(pixels).all())
    assert np.array_equal(span.changed(values, pixels, pixels), values)
    moved = span.changed(values, pixels, pixels + 0.5)
    assert moved[1].tolist() == pytest.approx([47.75, 58.0])


def test_spans_pass_over_single_values() -> None:
    values = np.linspace(100, 200, 10000)
    values[:3] = 1e9
    assert find_span(values).high == pytest.approx(200, rel=0.01)
    assert find_span(values).low == pytest.approx(100, rel=0.01)
    assert find_span(np.linspace(3, 200, 1000)).low == 0.0
    assert find_span(np.full(5, 7.0)) == ValueSpan(7.0, 8.0)
    assert find_span(np.full(5, -7.0)).width == 1.0
    assert find_span(np.full(5, np.nan)) == ValueSpan(0.0, 1.0)


def test_what_is_not_for_stacks_is_told(volume: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, _ = volume
    for options in (
        {"trace": True},
        {"error_map": True},
        {"bits": 12},
        {"method": "dip"},
        {"samples": 2},
        {"method": "posterior"},
    ):
        with pytest.raises(ArgumentError, match="for stacks"):
            restore_stack(path, tmp_path / "w.tif", **options)  # type: ignore[arg-type]
    with pytest.raises(ImageFileError, match="must end like a stack"):
        restore_stack(path, tmp_path / "w.png")
    np.save(tmp_path / "c.npy", np.zeros((4, 5), complex))
    job = StackJob(open_lazily(tmp_path / "c.npy"), None, None, tmp_path / "d.npy")
    with pytest.raises(ArgumentError, match="real numbers"):
        check_stack(job, Denoise(), Network(), Settings())
    assert not (tmp_path / "w.tif").exists()


def test_the_mosaic_of_a_camera_is_no_plane(tmp_path: Path) -> None:
    values = np.ones((8, 8), np.uint16)
    layout = layout_of(values.shape, values.dtype, "YX", metadata={"pattern": "RGGB", "black": [64.0] * 4})
    array = held_array(tmp_path / "a.dng", "", values, layout)
    with pytest.raises(ArgumentError, match="the mosaic of a camera"):
        check_stack(StackJob(array, None, None, tmp_path / "a.tif"), Denoise(), Network(), Settings())


def test_a_blur_within_planes_is_undone_in_their_own_units_and_repeated(tmp_path: Path) -> None:
    clean = 2000 * np.stack([blobs((2, 40, 44), seed) for seed in (0, 1)]) - 500
    sharp = clean + 300 * (np.indices(clean.shape)[-2:].sum(0) % 12 < 6)
    kernel = np.ones((3, 5)) / 15
    blurred = sum(np.roll(sharp, (i, j), (-2, -1)) for i in (-1, 0, 1) for j in (-2, -1, 0, 1, 2)) / 15
    np.save(tmp_path / "k.npy", kernel)
    write(tmp_path / "v.ome.tif", blurred.astype(np.float32), "CZYX", {"Y": 0.5, "X": 0.5}, {"Y": "um", "X": "um"})
    record = deblur_stack(tmp_path / "v.ome.tif", tmp_path / "w.ome.tif", tmp_path / "k.npy", sigma="0.002", steps=4)
    found = read(tmp_path / "w.ome.tif")
    assert (found.axes, found.values.dtype) == ("CZYX", np.float32)
    inner = (..., slice(4, -4), slice(4, -4))
    before, after = (np.sqrt(np.mean((x - sharp)[inner] ** 2)) for x in (blurred, found.values))
    assert after < 0.7 * before
    for channel, (low, high) in enumerate(record.resolved["stack"]["spans"]):
        picture = ((blurred[channel, 1] - low) / (high - low)).astype(np.float32)
        alone = low + (high - low) * deblur(picture, kernel, sigma="0.002", steps=4).image
        assert np.abs(found.values[channel, 1] - alone).max() < 1e-3 * (high - low)
    again = recorded_stack(record)
    assert (again.task.name, again.task.fingerprint()) == (
        "deblur",
        {"kernel_sha256": record.resolved["kernel_sha256"]},
    )
    np.save(tmp_path / "k.npy", kernel.T)
    with pytest.raises(ArgumentError, match="`kernel` must be the recorded one"):
        recorded_stack(record)


def test_an_array_as_kernel_has_to_be_named_to_be_repeated(volume: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    record = deblur_stack(volume[0], tmp_path / "w.tif", np.ones((3, 3)) / 9, sigma="0.02", method="usr")
    with pytest.raises(ArgumentError, match="`kernel`"):
        recorded_stack(record)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "dip"}, "`method` must be dpir or usr"),
        ({"kernel": "disk:60"}, "`kernel`"),
        ({"trace": True}, "trace"),
    ],
)
def test_what_cannot_be_deblurred_is_refused(
    volume: tuple[Path, np.ndarray], tmp_path: Path, options: dict, words: str
) -> None:
    with pytest.raises(ArgumentError, match=words):
        deblur_stack(volume[0], tmp_path / "w.tif", **{"kernel": "gaussian:1", **options})
    assert not (tmp_path / "w.tif").exists()


def test_no_number_spreads_into_a_deblurred_plane(tmp_path: Path) -> None:
    values = blobs((2, 24, 20)).astype(np.float32)
    values[1, 10, 10] = np.nan
    np.save(tmp_path / "v.npy", values)
    with pytest.raises(ArgumentError, match=r"must be finite .* plane \(1,\)"):
        deblur_stack(tmp_path / "v.npy", tmp_path / "w.npy", "gaussian:1", sigma="0.01", method="usr")
    assert not (tmp_path / "w.npy").exists()
