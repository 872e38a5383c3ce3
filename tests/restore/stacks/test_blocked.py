"""Stacks restored block by block are those restored plane by plane."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.blocks import BlockGrid, FileSource, Halo
from preimage.blocks.executor import SerialExecutor
from preimage.errors import ArgumentError
from preimage.files import read, write
from preimage.files.stacks.layout import layout_of
from preimage.files.stacks.opening import open_lazily
from preimage.restore import Record, restore_stack
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.work import Session
from preimage.restore.methods.network import Network
from preimage.restore.stacks.blocked import carry_out_blocks, work_folder
from preimage.restore.stacks.blocking import BlockedJob
from preimage.restore.stacks.job import StackJob
from preimage.restore.stacks.repetition import recorded_stack
from preimage.restore.stacks.single_pass import PassInBlocks, RestoreStep
from preimage.restore.stacks.survey import survey_stack
from preimage.restore.tasks.denoise import Denoise
from tests.restore.conftest import tiny

COVERS = ["preimage.restore.stacks.blocking", "preimage.restore.stacks.single_pass"]
__all__ = ["tiny"]


def volume(path: Path, shape: tuple[int, ...] = (3, 150, 139)) -> Path:
    rng = np.random.default_rng(0)
    y, x = np.mgrid[: shape[-2], : shape[-1]]
    values = 3000 * (1 + np.sin(x / 9) * np.cos(y / 7)) + 200 * rng.standard_normal(shape)
    write(path, np.clip(np.rint(values), 0, 65535).astype(np.uint16), "ZYX", {"Z": 2.0}, {"Z": "um"}, overwrite=True)
    return path


def restored(path: Path, output: Path, block: tuple[int, ...] | None, noise: str = "gaussian", **options) -> Record:
    job = BlockedJob(StackJob(open_lazily(path), None, None, output), block, SerialExecutor())
    return carry_out_blocks(job, Denoise(noise), Network(), Settings(**options))


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("block", [(1, 64, 56), (2, 150, 139), None])
def test_blocks_of_planes_are_as_the_planes(block: tuple[int, ...] | None, tmp_path: Path) -> None:
    path = volume(tmp_path / "v.zarr")
    record = restored(path, tmp_path / "w.zarr", block)
    restore_stack(path, tmp_path / "p.zarr", noise="gaussian")
    found, wanted, given = (read(tmp_path / name) for name in ("w.zarr", "p.zarr", "v.zarr"))
    assert found.values.dtype == np.uint16
    assert found.layout.spacing == wanted.layout.spacing
    change = np.abs(wanted.values.astype(int) - given.values).max()
    assert change > 50
    # Rounding may fall to either side.
    assert np.abs(found.values.astype(int) - wanted.values).max() <= 1
    assert not work_folder(tmp_path / "w.zarr").exists()
    assert record.resolved["stack"]["block"] == list(block or (3, 150, 139))
    assert record.stopped.startswith("one pass in")
    assert json.loads((tmp_path / "w.json").read_text())["resolved"]["stack"]["axes"] == "ZYX"


@pytest.mark.usefixtures("tiny")
def test_a_recorded_run_is_the_same_to_the_bit(tmp_path: Path) -> None:
    path = volume(tmp_path / "v.npy")
    known = recorded_stack(restored(path, tmp_path / "w.npy", (1, 64, 56)))
    assert known.block == (1, 64, 56)
    job = StackJob(open_lazily(path), None, None, tmp_path / "again.npy", survey=known.survey)
    carry_out_blocks(BlockedJob(job, known.block), known.task, known.method, known.settings)
    assert (tmp_path / "w.npy").read_bytes() == (tmp_path / "again.npy").read_bytes()


@pytest.mark.usefixtures("tiny")
def test_noise_of_light_is_removed_in_whole_planes(tmp_path: Path) -> None:
    path = volume(tmp_path / "v.npy", (2, 60, 70))
    record = restored(path, tmp_path / "w.npy", None, noise="poisson:0.01", memory="700MB")
    assert record.resolved["stack"]["block"][1:] == [60, 70]
    restore_stack(path, tmp_path / "p.npy", noise="poisson:0.01")
    assert np.array_equal(np.load(tmp_path / "w.npy"), np.load(tmp_path / "p.npy"))


@pytest.mark.usefixtures("tiny")
def test_too_little_memory_is_told_before_the_work(tmp_path: Path) -> None:
    least = "`memory` must be over 480 MB, which 1 at a time take before the first block, got 100 MB"
    with pytest.raises(ArgumentError, match=least):
        restored(volume(tmp_path / "v.npy"), tmp_path / "w.npy", None, memory="100MB")
    assert not work_folder(tmp_path / "w.npy").exists()


def test_one_pass_says_in_how_many_blocks(tmp_path: Path) -> None:
    found = survey_stack(open_lazily(volume(tmp_path / "v.npy")), Denoise("gaussian"), Network(), 0.05)
    step = RestoreStep(
        Session(), found, layout_of((3, 150, 139), np.uint16, "ZYX"), torch.device("cpu"), np.dtype("u2")
    )
    file = FileSource(tmp_path / "v.npy", (3, 150, 139))
    way = PassInBlocks(file, BlockGrid((3, 150, 139), (1, 75, 139)), Halo.none(3), step)
    assert way.words == "one pass in 6 blocks"
    assert way.block == (1, 75, 139)
    assert way.session is step.session
