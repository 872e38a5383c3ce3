"""Stacks deconvolved block by block are those deconvolved as a whole."""

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from preimage.blocks import BlockPGD
from preimage.blocks.memory import BASE_BYTES
from preimage.errors import ArgumentError, ImageFileError
from preimage.files import read, write
from preimage.reconstruct import ScanRecord, reconstruct
from preimage.reconstruct.methods.proximal_variation import ProximalVariation
from preimage.reconstruct.microscopy.acquire import COPIES, TOGETHER
from preimage.reconstruct.microscopy.block_methods import BlockCounts, block_method
from preimage.reconstruct.microscopy.blocked import BlockedStack, carry_out_deconvolution, needs_blocks
from preimage.reconstruct.microscopy.settings import DeconvolutionSettings
from preimage.reconstruct.repetition import recorded_blocks
from tests.blocks.test_richardson_lucy import cells, spot

COVERS = [
    "preimage.reconstruct.methods.proximal_variation",
    "preimage.reconstruct.microscopy.block_methods",
    "preimage.reconstruct.microscopy.block_solving",
]

SHAPE, TAPS = (9, 34, 31), (4, 5, 7)


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    counts = np.rint(cells(SHAPE)).astype(np.uint16)
    write(tmp_path / "v.zarr", counts, "ZYX", {"Z": 0.3, "Y": 0.1, "X": 0.1}, dict.fromkeys("ZYX", "um"))
    np.save(tmp_path / "psf.npy", spot(TAPS).numpy())
    return tmp_path / "v.zarr"


def settings(folder: Path, **options) -> DeconvolutionSettings:
    return DeconvolutionSettings(psf=str(folder / "psf.npy"), **options)


@pytest.mark.parametrize("steps", [6, None])
def test_blocks_are_those_of_the_whole_and_are_repeated_to_the_bit(steps: int | None, stack: Path) -> None:
    folder = stack.parent
    asked = settings(folder, steps=steps, background="auto", dtype="float32")
    told: list[tuple[int, int]] = []
    job = BlockedStack(stack, folder / "w.zarr", asked, (5, 12, 20))
    record = carry_out_deconvolution(job, lambda *numbers: told.append(numbers))
    whole = reconstruct("deconvolve", stack, asked)
    found = read(folder / "w.zarr")
    assert record.resolved["steps"] == whole.record.resolved["steps"]
    assert record.resolved["background"] == pytest.approx(whole.record.resolved["background"])
    scale = whole.image.max()
    np.testing.assert_allclose(found.values, whole.image, rtol=0, atol=5e-5 * scale)  # single precision on the whole
    assert (found.axes, found.layout.spacing) == ("ZYX", (0.3, 0.1, 0.1))
    assert told[-1][0] == told[-1][1]
    assert not (folder / "w.zarr.blocks").exists()
    assert (folder / "w.png").exists()
    again = recorded_blocks(ScanRecord.read(folder / "w.json"), stack)
    assert again is not None
    assert again[1] == (5, 12, 20)
    carry_out_deconvolution(BlockedStack(stack, folder / "again.zarr", *again, asked=record.settings))  # type: ignore[arg-type]
    assert np.array_equal(read(folder / "again.zarr").values, found.values)
    assert ScanRecord.read(folder / "again.json").settings["steps"] == steps


def test_blocks_are_taken_where_memory_is_too_small(stack: Path) -> None:
    assert needs_blocks(stack, settings(stack.parent, memory="1MB"))
    assert not needs_blocks(stack, settings(stack.parent, memory="1GB"))
    assert not needs_blocks(stack, settings(stack.parent))
    larger = [size + taps - 1 for size, taps in zip(SHAPE, TAPS, strict=True)]
    needed = BASE_BYTES + COPIES * 4 * math.prod(larger)
    assert needs_blocks(stack, settings(stack.parent, memory=str(needed - 1)))
    assert not needs_blocks(stack, settings(stack.parent, memory=str(needed)))
    assert needs_blocks(stack, settings(stack.parent, scheduler="local"))
    with pytest.raises(ArgumentError, match="`memory`"):
        carry_out_deconvolution(BlockedStack(stack, stack.parent / "w.zarr", settings(stack.parent, memory="1MB")))


def test_what_is_wrong_is_told_and_integers_are_kept(stack: Path) -> None:
    folder = stack.parent
    record = carry_out_deconvolution(BlockedStack(stack, folder / "w.tif", settings(folder, steps=2), (9, 34, 16)))
    assert read(folder / "w.tif").values.dtype == np.uint16
    assert record.stopped == "max steps in 2 blocks"
    np.save(folder / "n.npy", -np.ones(SHAPE, np.float32))
    with pytest.raises(ImageFileError, match="below zero"):
        carry_out_deconvolution(BlockedStack(folder / "n.npy", folder / "x.tif", settings(folder, steps=2), SHAPE))
    with pytest.raises(ArgumentError, match="another one with steps 2, not 3"):
        carry_out_deconvolution(BlockedStack(folder / "n.npy", folder / "x.tif", settings(folder, steps=3), SHAPE))


@pytest.mark.parametrize("axes", ["TZCYX", "CYX"])
def test_stacks_of_several_times_and_channels_are_those_deconvolved_in_memory(axes: str, tmp_path: Path) -> None:
    """What :func:`solve_stacks` finds."""
    rng = np.random.default_rng(0)
    shape = {"T": 2, "Z": 6, "C": 2, "Y": 14, "X": 15}
    values = rng.poisson(20 + 30 * rng.random([shape[letter] for letter in axes])).astype(np.uint16)
    write(tmp_path / "v.ome.tif", values, axes)
    np.save(tmp_path / "psf.npy", spot((3, 5, 5)[-2 - ("Z" in axes) :]).numpy())
    asked = settings(tmp_path, steps=2, background="auto", dtype="float32", axes=axes)
    source, block = tmp_path / "v.ome.tif", (6, 9, 15)[-2 - ("Z" in axes) :]
    larger = [size + taps - 1 for size, taps in zip((6, 14, 15)[-len(block) :], (3, 5, 5)[-len(block) :], strict=True)]
    needed = BASE_BYTES + COPIES * 4 * math.prod(larger) + TOGETHER * 4 * values.size
    assert needs_blocks(source, dataclasses.replace(asked, memory=str(needed - 1)))
    assert not needs_blocks(source, dataclasses.replace(asked, memory=str(needed)))
    told: list[tuple[int, int]] = []
    job = BlockedStack(source, tmp_path / "w.ome.tif", asked, block)
    record = carry_out_deconvolution(job, lambda *numbers: told.append(numbers))
    whole = reconstruct("deconvolve", source, asked)
    found = read(tmp_path / "w.ome.tif")
    assert found.axes == axes
    np.testing.assert_allclose(found.values, whole.image, rtol=0, atol=5e-5 * whole.image.max())
    assert record.resolved["background"] == pytest.approx(whole.record.resolved["background"])
    assert set(record.notes) == set(whole.record.notes)
    assert told[-1][0] == told[-1][1]
    again = recorded_blocks(ScanRecord.read(tmp_path / "w.json"), source)
    assert again is not None
    carry_out_deconvolution(BlockedStack(source, tmp_path / "again.ome.tif", *again))  # type: ignore[arg-type]
    assert np.array_equal(read(tmp_path / "again.ome.tif").values, found.values)


@pytest.mark.parametrize(
    ("shape", "taps", "block"), [((5, 23, 20), (2, 3, 4), (4, 12, 23)), ((43, 38), (5, 4), (30, 17))]
)
def test_least_variation_in_blocks_is_that_of_the_whole(
    shape: tuple[int, ...], taps: tuple[int, ...], block: tuple[int, ...], tmp_path: Path
) -> None:
    axes = "ZYX"[-len(shape) :]
    write(tmp_path / "v.zarr", np.rint(cells(shape)).astype(np.uint16), axes)
    np.save(tmp_path / "psf.npy", spot(taps).numpy())
    asked = settings(tmp_path, method="tv", weight=0.3, steps=2, background=2.0, dtype="float32")
    whole = reconstruct("deconvolve", tmp_path / "v.zarr", asked)
    record = carry_out_deconvolution(BlockedStack(tmp_path / "v.zarr", tmp_path / "w.zarr", asked, block))
    found, scale = read(tmp_path / "w.zarr"), float(np.abs(whole.image).max())
    assert np.abs(whole.image - read(tmp_path / "v.zarr").values).max() > 0.1 * scale
    np.testing.assert_allclose(found.values.reshape(whole.image.shape), whole.image, rtol=0, atol=1e-5 * scale)
    assert record.resolved["method"] == whole.record.resolved["method"] == "tv"
    assert record.resolved["sigma"] == pytest.approx(whole.record.resolved["sigma"], rel=1e-6)
    again = recorded_blocks(ScanRecord.read(tmp_path / "w.json"), tmp_path / "v.zarr")
    assert again is not None
    job = BlockedStack(tmp_path / "v.zarr", tmp_path / "again.zarr", *again, asked=record.settings)  # type: ignore[arg-type]
    carry_out_deconvolution(job)
    assert np.array_equal(read(tmp_path / "again.zarr").values, found.values)


def test_what_least_variation_asks_for_is_told(stack: Path) -> None:
    folder = stack.parent
    assert block_method(settings(folder)) == BlockCounts()
    assert block_method(settings(folder, method="tv", weight=0.3)).usual_steps == ProximalVariation.usual_steps
    job = BlockedStack(stack, folder / "w.zarr", settings(folder, method="tv"), (5, 12, 20))
    with pytest.raises(ArgumentError, match="`weight` must be given for tv, got none"):
        carry_out_deconvolution(job)
    with pytest.raises(ArgumentError, match="`weight` must be given for tv, got none"):
        reconstruct("deconvolve", stack, settings(folder, method="tv"))
    wrong = settings(folder, method="tv", weight=0.3, sigma=-1.0)
    with pytest.raises(ArgumentError, match="`sigma` must be above 0, got -1"):
        carry_out_deconvolution(dataclasses.replace(job, settings=wrong))


def test_a_block_for_least_variation_fits_into_memory(stack: Path) -> None:
    kernel = spot(TAPS)
    method = BlockPGD(kernel, 1.0, 1.0)
    small, large = (method.block((100, 120, 90), room) for room in (2e7, 1e9))
    assert math.prod(small) < math.prod(large)
    assert method.expected((100, 120, 90), small) > method.expected((100, 120, 90), large)
    with pytest.raises(ArgumentError, match="`memory` must leave"):
        method.block((100, 120, 90), 1e4)
