"""Stacks deblurred step by step in blocks are those deblurred plane by plane in memory."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.blocks.executor import SerialExecutor
from preimage.cli.app import run
from preimage.errors import ArgumentError
from preimage.files import read, write
from preimage.files.stacks.opening import open_lazily
from preimage.physics.blur import Limits
from preimage.restore import Record, deblur_stack
from preimage.restore.frame.clipping import limits_of
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.unclipping import PULLS
from preimage.restore.methods.dpir import Dpir
from preimage.restore.stacks.blocked import carry_out_blocks, work_folder
from preimage.restore.stacks.blocking import BlockedJob
from preimage.restore.stacks.job import StackJob
from preimage.restore.stacks.repetition import recorded_stack
from preimage.restore.tasks.deblur import Deblur
from preimage.restore.tasks.kernel import as_kernel
from tests.restore.conftest import tiny

COVERS = ["preimage.restore.stacks.pixel_steps"]
__all__ = ["tiny"]

KERNEL = "gaussian:1.2"
BLOCK = (41, 40, 27, 32, 48)


def stack(path: Path, shape: tuple[int, ...] = (2, 61, 50), axes: str = "ZYX", top: int = 65535) -> Path:
    rng = np.random.default_rng(0)
    y, x = np.mgrid[: shape[1], : shape[2]]
    mean = 3000 * (1.2 + np.sin(x / 5) * np.cos(y / 4))
    mean = mean if len(shape) == 3 else mean[..., None] * np.linspace(0.5, 1, shape[3])
    values = np.clip(mean + 100 * rng.standard_normal(shape), 0, top)
    write(path, np.rint(values).astype(np.uint16), axes, overwrite=True)
    return path


def restored(path: Path, output: Path, block: tuple[int, ...] | None = BLOCK, executor=None, **options) -> Record:
    job = StackJob(open_lazily(path), None, None, output)
    kernel = as_kernel(KERNEL)
    settings = Settings(steps=2, **options)
    return carry_out_blocks(
        BlockedJob(job, block, executor or SerialExecutor()), Deblur(kernel, KERNEL), Dpir(), settings
    )


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    ("shape", "axes", "top"), [((2, 61, 50), "ZYX", 65535), ((1, 45, 52, 3), "TYXS", 65535), ((1, 45, 34), "ZYX", 6000)]
)
def test_planes_in_blocks_are_as_in_memory(
    shape: tuple[int, ...], axes: str, top: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("frame.unclipping", "methods.dpir"):
        monkeypatch.setattr(f"preimage.restore.{module}.PULLS", PULLS._replace(times=1, passes=2))
    path = stack(tmp_path / "v.npy", shape, axes, top)
    options = {"steps": 2, "axes": axes}
    wanted = deblur_stack(path, tmp_path / "p.npy", KERNEL, **options)
    job = StackJob(open_lazily(path, None, axes), None, axes, tmp_path / "w.npy")
    task = Deblur(as_kernel(KERNEL), KERNEL)
    record = carry_out_blocks(BlockedJob(job, BLOCK), task, Dpir(), Settings(steps=2))
    found, whole, given = (np.load(tmp_path / name).astype(int) for name in ("w.npy", "p.npy", "v.npy"))
    assert np.abs(whole - given).max() > 100
    assert np.abs(found - whole).max() <= 1  # rounding may fall to either side
    assert (found != whole).mean() < 0.01
    assert record.resolved["stack"]["block"] == list(BLOCK)
    assert record.notes == wanted.notes
    assert top != 6000 or any("clipped at the brightest" in note for note in record.notes)
    assert not work_folder(tmp_path / "w.npy").exists()


@dataclass
class Ended(Exception):
    """As a kill would end it."""


@dataclass(frozen=True)
class Dying(SerialExecutor):
    """Ends after some blocks."""

    left: list[int]

    def compute(self, stage, indices, done) -> None:
        def counted() -> None:
            done()
            self.left[0] -= 1
            if not self.left[0]:
                raise Ended

        super().compute(stage, indices, counted)


@pytest.mark.usefixtures("tiny")
def test_a_killed_run_goes_on_to_the_same_bits_and_a_record_is_repeated(tmp_path: Path) -> None:
    path = stack(tmp_path / "v.npy", (1, 61, 50))
    known = recorded_stack(restored(path, tmp_path / "w.npy", sigma=0.02))
    assert known.block == BLOCK
    for blocks in (1, 60):
        with pytest.raises(Ended):
            restored(path, tmp_path / "k.npy", executor=Dying([blocks]), sigma=0.02)
    assert work_folder(tmp_path / "k.npy").exists()
    restored(path, tmp_path / "k.npy", sigma=0.02)
    assert (tmp_path / "w.npy").read_bytes() == (tmp_path / "k.npy").read_bytes()
    job = StackJob(open_lazily(path), None, None, tmp_path / "again.npy", survey=known.survey)
    carry_out_blocks(BlockedJob(job, known.block), known.task, known.method, known.settings)
    assert (tmp_path / "w.npy").read_bytes() == (tmp_path / "again.npy").read_bytes()


@pytest.mark.usefixtures("tiny")
def test_the_command_line_goes_in_blocks_where_a_plane_does_not_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = stack(tmp_path / "v.zarr", (1, 150, 139))
    command = ["restore", "deblur", str(path), "--kernel", KERNEL, "--steps", "1"]
    within = ["--memory", "481.6MB"]
    assert run([*command, *within, "-o", str(tmp_path / "w.zarr"), "--dry-run"]) == 0
    assert f"in blocks, in {tmp_path / 'w.zarr.blocks'}" in capsys.readouterr().out
    assert run([*command, *within, "-o", str(tmp_path / "w.zarr")]) == 0
    assert "where the same command goes on" in capsys.readouterr().out
    assert run([*command, "-o", str(tmp_path / "p.zarr"), "--memory", "600MB"]) == 0
    assert "where the same command goes on" not in capsys.readouterr().out
    found, whole = (read(tmp_path / name).values.astype(int) for name in ("w.zarr", "p.zarr"))
    assert np.abs(found - whole).max() <= 1
    assert run(["restore", "deblur", "--from-json", str(tmp_path / "w.json"), "-o", str(tmp_path / "x.zarr")]) == 0
    assert np.array_equal(read(tmp_path / "x.zarr").values, found)


@pytest.mark.usefixtures("tiny")
def test_what_cannot_be_done_in_blocks_is_told_in_a_line(tmp_path: Path) -> None:
    path = stack(tmp_path / "v.npy", (1, 150, 139))
    with pytest.raises(ArgumentError, match="`sigma` must be given where memory is too little to look at a whole"):
        restored(path, tmp_path / "w.npy", None, memory="480.5MB")
    with pytest.raises(ArgumentError, match=r"`memory` must leave .* for a plane of the result"):
        restored(path, tmp_path / "w.npy", None, memory="480.1MB", sigma=0.02)
    with pytest.raises(ArgumentError, match="`device` must be cpu or auto"):
        restored(path, tmp_path / "w.npy", None, device="cuda")
    values = read(path).values.astype(np.float32)
    values[0, 3, 4] = np.nan
    write(tmp_path / "n.npy", values, "ZYX")
    with pytest.raises(ArgumentError, match=r"`INPUT` must be finite .* in plane \(0,\)"):
        restored(tmp_path / "n.npy", tmp_path / "w.npy", sigma=0.02)
    small = stack(tmp_path / "s.npy", (1, 4, 5))
    with pytest.raises(ArgumentError, match="`kernel`"):
        restored(small, tmp_path / "w.npy", sigma=0.02)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["deblur", "--kernel", KERNEL, "--method", "usr"], "deblur by usr"),
        (["denoise", "--mode", "volume"], "`--mode volume`"),
    ],
)
def test_a_scheduler_is_for_what_goes_in_blocks(
    options: list[str], what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task, *others = options
    path = stack(tmp_path / "v.npy")
    command = ["restore", task, str(path), "--axes", "ZYX", *others, "--scheduler", "local"]
    assert run([*command, "-o", str(tmp_path / "w.npy")]) == 2
    told = capsys.readouterr().err
    assert f"`--scheduler` must be left out for {what}, got local; it is for denoise plane by plane, deblur" in told


@pytest.mark.parametrize("top", [6000, 65535])
def test_limits_of_samples_are_found_in_blocks(top: int, tmp_path: Path) -> None:
    from preimage.blocks import BlockInput, BlockOutput, FileSource, opened_workspace
    from preimage.blocks.grid import BlockGrid
    from preimage.restore.stacks.pixel_steps import PixelsStep, PlaneSource, find_limits
    from preimage.restore.stacks.planes import ValueSpan

    path, span = stack(tmp_path / "v.npy", (1, 61, 50), top=top), ValueSpan(100.0, 5000.0)
    pixels = span.pixels(np.load(path)[0])
    with opened_workspace(tmp_path / "w", {}) as work:
        seen = work.map(
            "p", BlockGrid((61, 50), (20, 50)), PixelsStep(span),
            [BlockInput(PlaneSource(FileSource(path, (1, 61, 50)), (0,)))], [BlockOutput("y")], ["sum", "min", "max"],
        )  # fmt: skip
        found, counts = find_limits(work, seen.arrays, seen.numbers[1:], "l")
        flat, _ = find_limits(work, seen.arrays, (1.0, 1.0), "f")
    assert found == limits_of(pixels)
    assert found.any == (top == 6000)
    assert counts == (0, int((pixels >= found.high).sum()))
    assert flat == Limits()
    assert torch.isfinite(pixels).all()
