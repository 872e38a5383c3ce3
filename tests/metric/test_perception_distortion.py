import pytest
import torch

from preimage.errors import ArgumentError
from preimage.metric import MAE, PSNR, NoReferenceMetric, TradeOff, perception_distortion


class Darkness(NoReferenceMetric):
    """The mean value: dark looks best."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flatten(1).mean(1)


def test_who_is_dominated_is_told_and_the_least_distortion_comes_first() -> None:
    x = torch.full((2, 1, 3, 3), 0.5)
    results = {"bright": x + 0.2, "mean": x - 0.1, "dark": x - 0.3, "both": x + 0.4}
    found = perception_distortion(results, x, PSNR(), Darkness())
    assert [each.name for each in found] == ["mean", "bright", "dark", "both"]
    assert [each.is_undominated for each in found] == [True, False, True, False]
    assert found[0].distortion == pytest.approx(20, abs=1e-4)
    assert found[0].perception == pytest.approx(0.4)
    assert found == tuple(sorted(found, key=lambda each: -each.distortion))


def test_equals_do_not_dominate_each_other() -> None:
    x = torch.zeros(1, 1, 2, 2)
    found = perception_distortion({"a": x + 1, "b": x + 1}, x, MAE(), MAE())
    assert found == (TradeOff("a", 1.0, 1.0, True), TradeOff("b", 1.0, 1.0, True))


def test_without_methods_there_is_no_table() -> None:
    with pytest.raises(ArgumentError, match="`results` must hold the images of a method"):
        perception_distortion({}, torch.zeros(1, 1, 2, 2), MAE(), MAE())
