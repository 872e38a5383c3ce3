import pytest
import torch

from preimage.errors import ArgumentError
from preimage.loss import Loss, LossInputs, Ramp, SumLoss, SupLoss, WeightedLoss
from preimage.metric import MAE
from preimage.physics import Denoising
from tests.example import Example

EXAMPLES = {
    WeightedLoss: [Example(lambda: 0.5 * SupLoss()), Example(lambda: SupLoss() * Ramp(1.0, 0.0, 0, 10))],
    SumLoss: [Example(lambda: SupLoss() + 0.1 * SupLoss(MAE()))],
}

X, Y = torch.tensor([[[[1.0, 3.0]]], [[[0.0, 0.0]]]]), torch.zeros(2, 1, 1, 2)


def model(y: torch.Tensor, physics: object) -> torch.Tensor:
    return y


def value(loss: Loss) -> list[float]:
    return loss(Y, X, Y, Denoising(), model).tolist()


def test_losses_add_up_with_their_weights() -> None:
    loss = SupLoss() + 0.5 * (SupLoss(MAE()) + 2.0 * SupLoss())
    assert value(loss) == [5 + 0.5 * (2 + 2 * 5), 0]
    parts = loss.terms(LossInputs(Y, X, Y, Denoising(), model))
    assert [(part.name, part.weight, part.value[0].item()) for part in parts] == [
        ("SupLoss", 1.0, 5.0), ("SupLoss", 0.5, 2.0), ("SupLoss", 1.0, 5.0),
    ]  # fmt: skip


def test_a_weight_may_follow_the_steps() -> None:
    loss = SupLoss() + SupLoss(MAE()) * Ramp(0.0, 2.0, 100, 200)
    assert [value(loss.at(step))[0] for step in (0, 100, 150, 200, 999)] == [5, 5, 7, 9, 9]
    assert value(loss)[0] == 5


def test_a_sum_needs_what_its_parts_need() -> None:
    class Own(Loss):
        needs_estimate = False

    assert (Own() * 2.0).needs_truth is False
    assert (Own() * 2.0).needs_estimate is False
    assert (Own() + SupLoss()).needs_truth is True
    assert (Own() + SupLoss()).needs_estimate is True


def test_sums_do_not_nest() -> None:
    assert len((SupLoss() + (SupLoss() + SupLoss())).losses) == 3


def test_wrong_weights_and_empty_sums_are_told() -> None:
    with pytest.raises(ArgumentError, match="`weight` must be a finite number"):
        SupLoss() * float("nan")
    with pytest.raises(ArgumentError, match="`losses` must hold at least one"):
        SumLoss([])
