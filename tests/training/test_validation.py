import pytest
import torch

from preimage.datasets import TensorDataset
from preimage.loss import SupLoss
from preimage.metric import PSNR
from preimage.training.objective import ModelAndLoss
from preimage.training.validation import Validation
from tests.training.problems import PHYSICS, noisy, smooth


class Same(torch.nn.Module):
    def forward(self, y, physics):
        return y


def test_means_are_over_images_not_over_batches(tmp_path) -> None:
    x = torch.zeros(3, 1, 4, 4)
    data = TensorDataset(x, x + torch.tensor([0.1, 0.1, 0.4]).reshape(3, 1, 1, 1))
    check = Validation(data, PHYSICS, (PSNR(),), 2, 2, tmp_path, "cpu")
    columns = check(7, ModelAndLoss(Same(), SupLoss()))
    assert columns["validation/PSNR"] == pytest.approx((20 + 20 + 7.9588) / 3, abs=1e-3)
    assert columns["validation/loss"] == pytest.approx((0.01 + 0.01 + 0.16) / 3, rel=1e-5)
    assert (tmp_path / "step-0000007.png").exists()


def test_without_truth_there_is_the_loss_alone(tmp_path) -> None:
    class Square(SupLoss):
        needs_truth = False

        def evaluate(self, inputs):
            return inputs.estimate().square().mean((1, 2, 3))

    check = Validation(noisy(), PHYSICS, (PSNR(),), 4, 0, tmp_path / "none", "cpu")
    assert list(check(1, ModelAndLoss(smooth(), Square()))) == ["validation/loss"]
    assert not (tmp_path / "none").exists()
