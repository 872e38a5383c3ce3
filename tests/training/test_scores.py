import csv

import pytest
import torch

from preimage.datasets import TensorDataset
from preimage.metric import MSE, PSNR
from preimage.physics import Denoising, GaussianNoise
from preimage.training import scores
from tests.training.problems import PHYSICS, images, smooth


class Same(torch.nn.Module):
    def forward(self, y, physics):
        return y


def test_one_row_for_each_physics_and_one_value_for_each_image(tmp_path) -> None:
    several = {"weak": Denoising(GaussianNoise(0.01)), "strong": Denoising(GaussianNoise(0.2))}
    table = scores.test(Same(), images(5), several, [PSNR(), MSE()], batch=2)
    assert table.scores["weak"]["PSNR"].shape == (5,)
    means = table.means()
    assert means["weak"]["PSNR"] == pytest.approx(40, abs=1)
    assert means["strong"]["MSE"] == pytest.approx(0.04, rel=0.15)
    lines = str(table).splitlines()
    assert lines[0].split() == ["physics", "PSNR", "MSE"]
    assert [line.split()[0] for line in lines[1:]] == ["weak", "strong"]
    table.write(tmp_path / "scores.csv")
    with (tmp_path / "scores.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10
    assert float(rows[7]["PSNR"]) == pytest.approx(float(table.scores["strong"]["PSNR"][2]), rel=1e-4)


def test_values_do_not_depend_on_the_batch() -> None:
    one, other = (scores.test(smooth(), images(5), PHYSICS, [PSNR()], batch=batch) for batch in (1, 5))
    torch.testing.assert_close(one.scores["Denoising"]["PSNR"], other.scores["Denoising"]["PSNR"])


def test_a_model_keeps_its_modes() -> None:
    model = smooth(dropout=0.5)
    model.train()
    model.layers[2].eval()
    modes = [module.training for module in model.modules()]
    first, again = (scores.test(model, images(3), PHYSICS, [MSE()]) for _ in range(2))
    assert [module.training for module in model.modules()] == modes
    assert torch.equal(first.scores["Denoising"]["MSE"], again.scores["Denoising"]["MSE"])


def test_measurements_that_are_there_are_taken() -> None:
    x = torch.full((2, 1, 4, 4), 0.5)
    table = scores.test(Same(), TensorDataset(x, x + 0.1), PHYSICS, [MSE()])
    torch.testing.assert_close(table.scores["Denoising"]["MSE"], torch.full((2,), 0.01))
