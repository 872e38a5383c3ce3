import math

import pytest
import torch
from torch import Tensor, nn

from preimage.errors import ConvergenceError
from preimage.training.checkpoint import Trained
from preimage.training.step import Objective, Stepper


def stepper(loss, clip: float = 1e9) -> Stepper:
    network, average = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        network.weight.fill_(2.0)
        average.weight.fill_(0.0)
    trained = Trained(network, average, [torch.optim.SGD(network.parameters(), lr=1.0)])
    return Stepper(Objective(network, [loss]), 1, trained, [[0.5]], 0.9, clip, None)


def square(network: nn.Module, step: int) -> Tensor:
    return (step * network.weight).square().sum()


def test_one_step_by_hand() -> None:
    work = stepper(square)
    report, _ = work.advance(1, 0.1, None)
    assert report.loss == 4
    assert report.gradient_norm == 4
    assert float(work.trained.network.weight.detach()) == pytest.approx(2 - 0.5 * 0.1 * 4)
    decay = min(0.9, 2 / 11)
    assert float(work.trained.ema.weight.detach()) == pytest.approx((1 - decay) * 1.8)


def test_long_gradients_are_clipped() -> None:
    work = stepper(square, clip=1.0)
    work.advance(3, 1.0, None)
    assert float(work.trained.network.weight.detach()) == pytest.approx(2 - 0.5, abs=1e-5)


def test_a_loss_that_is_not_a_number_ends_it_and_changes_nothing() -> None:
    work = stepper(lambda network, step: square(network, step) * math.nan)
    with pytest.raises(ConvergenceError, match="must be finite, got nan at step 7"):
        work.advance(7, 1.0, None)
    assert float(work.trained.network.weight.detach()) == 2
