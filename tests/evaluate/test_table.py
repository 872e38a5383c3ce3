import pytest

from preimage.errors import ArgumentError
from preimage.evaluate.evaluation import make_metric
from preimage.evaluate.table import METRICS, find_metric
from preimage.metric import Metric, NoReferenceMetric


def test_every_row_makes_a_metric() -> None:
    assert len({row.name for row in METRICS}) == len(METRICS)
    for row in METRICS:
        assert isinstance(make_metric(row), Metric | NoReferenceMetric)


def test_names_are_found() -> None:
    assert find_metric(" PSNR ").maker == "preimage.metric:PSNR"
    assert find_metric("mine:Sharp").title == "Sharp"
    with pytest.raises(ArgumentError, match="`metric` must be one of psnr, ssim"):
        find_metric("psnrr")
