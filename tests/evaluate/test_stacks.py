"""Scores of stacks: of each plane and of all voxels, in the range that is said."""

import math
from pathlib import Path

import numpy as np
import pytest

from preimage.cli.app import run
from preimage.errors import ArgumentError, ImageFileError, ShapeError
from preimage.evaluate.stacks import evaluate_stack, parse_span
from preimage.files import write

TRUTH = np.random.default_rng(0).integers(-1000, 1000, (2, 3, 16, 18)).astype(np.int16)
NOISY = (TRUTH + np.array([10, 20, 40])[:, None, None]).astype(np.int16)


def files(folder: Path) -> tuple[Path, Path]:
    write(folder / "a.zarr", NOISY, "TZYX")
    write(folder / "b.h5", TRUTH, "TZYX")
    return folder / "a.zarr", folder / "b.h5"


def test_planes_and_the_whole_are_scored_in_the_range_of_the_reference(tmp_path: Path) -> None:
    found = evaluate_stack(*files(tmp_path), ("psnr", "mae"))
    width = float(TRUTH.max()) - float(TRUTH.min())
    assert found.span == (TRUTH.min(), TRUTH.max())
    assert [score.index for score in found.planes] == [(t, z) for t in range(2) for z in range(3)]
    assert found.planes[4].values == pytest.approx((20 * math.log10(width / 20), 20 / width), rel=1e-4)
    assert found.whole[0] == pytest.approx(-10 * math.log10((100 + 400 + 1600) / 3 / width**2))
    assert found.whole[1] == pytest.approx(70 / 3 / width, rel=1e-4)
    given = evaluate_stack(tmp_path / "a.zarr", tmp_path / "b.h5", ("mae",), span=(0.0, 100.0))
    assert given.whole[0] == pytest.approx(70 / 3 / 100, rel=1e-4)


def test_the_command_prints_range_planes_and_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result, reference = files(tmp_path)
    assert run(["evaluate", str(result), "--reference", str(reference), "--metric", "psnr", "--range", "0:100"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "range 0 to 100"
    assert lines[1].split() == ["TZ", "plane", "PSNR", "dB"]
    assert lines[2].split() == ["0,0", "20.00"]
    assert lines[-1].split() == ["whole", "11.55"]
    assert run(["evaluate", str(result), "--metric", "psnr"]) == 2
    assert run(["evaluate", str(result), "--reference", str(reference), "--crop", "2"]) == 2


def test_what_has_no_score_is_refused(tmp_path: Path) -> None:
    result, reference = files(tmp_path)
    write(tmp_path / "c.npy", TRUTH[:1].astype(np.float32) * np.nan)
    write(tmp_path / "d.npy", TRUTH[:1])
    with pytest.raises(ShapeError, match="has the shape"):
        evaluate_stack(tmp_path / "d.npy", reference)
    with pytest.raises(ImageFileError, match="no score"):
        evaluate_stack(tmp_path / "c.npy", tmp_path / "d.npy")
    with pytest.raises(ArgumentError, match="HIGH above LOW"):
        evaluate_stack(result, reference, span=(1.0, 1.0))
    with pytest.raises(ArgumentError, match="compare"):
        evaluate_stack(result, reference, ("blur-strength",))
    assert parse_span("-1000:2000") == (-1000.0, 2000.0)
    with pytest.raises(ArgumentError, match="LOW:HIGH"):
        parse_span("5")
