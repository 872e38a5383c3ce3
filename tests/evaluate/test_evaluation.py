import math
from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ImageFileError, ShapeError
from preimage.evaluate import Evaluation, Score, evaluate
from preimage.evaluate.evaluation import make_metric
from preimage.evaluate.table import find_metric
from preimage.files import ImageFile
from preimage.metric import MSE, PSNR, NoReferenceMetric


class Brightness(NoReferenceMetric):
    higher_is_better = True

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flatten(1).mean(1)


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Two results that are off by 10 and by 20 levels, and their references."""
    for folder in ("out", "clean"):
        (tmp_path / folder).mkdir()
    pixels = np.arange(12 * 16, dtype=np.uint8).reshape(12, 16)
    for name, error in (("a", 10), ("b", 20)):
        ImageFile.from_array(pixels).write(tmp_path / "clean" / f"{name}.png")
        ImageFile.from_array(pixels + np.uint8(error)).write(tmp_path / "out" / f"{name}_denoised.png")
    return tmp_path


def test_scores_of_a_folder(folders: Path) -> None:
    steps: list[tuple[int, int]] = []
    found = evaluate(folders / "out", folders / "clean", ("psnr", "mse"), progress=lambda *step: steps.append(step))
    assert steps == [(1, 2), (2, 2)]
    assert [score.result.name for score in found.scores] == ["a_denoised.png", "b_denoised.png"]
    assert found.scores[0].values == pytest.approx((20 * math.log10(25.5), (10 / 255) ** 2), rel=1e-6)
    assert found.mean(1) == found.median(1) == pytest.approx((10**2 + 20**2) / 2 / 255**2, rel=1e-6)
    for index in (0, 1):
        assert [score.result.name[0] for score in found.worst_first(index)] == ["b", "a"]
    assert (found.failures, found.lone_results, found.lone_references) == ((), (), ())


def test_failures_and_lone_files_are_told(folders: Path) -> None:
    (folders / "out" / "a_denoised.png").write_bytes(b"no picture")
    ImageFile.from_array(np.zeros((3, 3), np.uint8)).write(folders / "out" / "c.png")
    ImageFile.from_array(np.zeros((3, 3), np.uint8)).write(folders / "clean" / "d.png")
    found = evaluate(folders / "out", folders / "clean", ["psnr"])
    assert [failure.result.name for failure in found.failures] == ["a_denoised.png"]
    assert "a_denoised.png" in found.failures[0].message
    assert [path.name for path in found.lone_results] == ["c.png"]
    assert [path.name for path in found.lone_references] == ["d.png"]


def test_without_a_reference(folders: Path) -> None:
    found = evaluate(folders / "out", metrics=["tests.evaluate.test_evaluation:Brightness"])
    assert [score.reference for score in found.scores] == [None, None]
    assert found.worst_first()[0].result.name == "a_denoised.png"


def test_undefined_values_are_left_out() -> None:
    scores = tuple(Score(Path(name), None, (value,)) for name, value in (("a", 1.0), ("b", math.nan), ("c", 3.0)))
    found = Evaluation((find_metric("mse"),), (False,), scores)
    assert found.mean(0) == 2
    assert [score.result.name for score in found.worst_first()] == ["c", "a", "b"]
    assert math.isnan(Evaluation((find_metric("mse"),), (False,), scores[1:2]).mean(0))


def test_refusals(folders: Path) -> None:
    with pytest.raises(ArgumentError, match="`reference` must be given for psnr, ssim"):
        evaluate(folders / "out")
    with pytest.raises(ArgumentError, match="`metric` must name a metric"):
        evaluate(folders / "out", folders / "clean", [])
    with pytest.raises(ShapeError, match="at least 41 pixels"):
        evaluate(folders / "out", folders / "clean", ["vif"])
    (folders / "other").mkdir()
    for name in "xy":
        ImageFile.from_array(np.zeros((3, 3), np.uint8)).write(folders / "other" / f"{name}.png")
    with pytest.raises(ImageFileError, match="`reference` must hold pictures named like the results"):
        evaluate(folders / "out", folders / "other")


def test_metrics_are_made() -> None:
    assert isinstance(make_metric(find_metric("psnr")), PSNR)
    assert isinstance(make_metric(find_metric("preimage.metric:MSE")), MSE)
    with pytest.raises(ArgumentError, match="must name something to import"):
        make_metric(find_metric("preimage.metric:Nothing"))
    with pytest.raises(ArgumentError, match=r"must be a preimage\.metric\.Metric"):
        make_metric(find_metric("pathlib:PurePath"))
