import pytest
import torch

from preimage.errors import ArgumentError, FieldError
from preimage.optim import PDHG, PGD, Nesterov, Tikhonov
from preimage.optim.unrolled import Shared
from preimage.optim.unrolled.learned import LearnedFields


def test_numbers_are_positive_and_one_for_each_step_unless_shared() -> None:
    fields = LearnedFields(PGD(0.5), Tikhonov(3.0), ["step_size", Shared("weight")], 4)
    assert fields.logarithms["step_size"].shape == (4,)
    assert fields.logarithms["weight"].shape == (1,)
    with torch.no_grad():
        fields.logarithms["step_size"] += torch.tensor([0.0, -100.0, 1.0, 2.0])
    torch.testing.assert_close(fields.value("step_size", 0), torch.tensor([0.5]))
    assert float(fields.value("step_size", 1).detach()) > 0
    torch.testing.assert_close(fields.value("step_size", 3), 0.5 * torch.tensor([2.0]).exp())
    assert torch.equal(fields.value("step_size", 9), fields.value("step_size", 3))
    torch.testing.assert_close(fields.value("weight", 2), torch.tensor([3.0]))


def test_what_is_filled_in_is_multiplied_and_what_was_given_replaced() -> None:
    fields = LearnedFields(PDHG(dual_step_size=0.2), Tikhonov(), ["step_size", "dual_step_size"], 2)
    assert fields.relative == {"step_size"}
    with torch.no_grad():
        fields.logarithms["step_size"].fill_(2.0).log_()
    moved = fields.algorithm_at(PDHG(step_size=torch.tensor([0.1, 0.3]), dual_step_size=0.2), 0)
    assert isinstance(moved, PDHG)
    torch.testing.assert_close(torch.as_tensor(moved.step_size), torch.tensor([0.2, 0.6]))
    torch.testing.assert_close(torch.as_tensor(moved.dual_step_size), torch.tensor([0.2]))


def test_fields_of_an_inner_algorithm_and_of_the_prior_are_found() -> None:
    fields = LearnedFields(Nesterov(PGD(0.5)), Tikhonov(3.0), ["step_size", "weight"], 1)
    with torch.no_grad():
        fields.logarithms["weight"].fill_(7.0).log_()
    moved = fields.algorithm_at(Nesterov(PGD(1.0)), 0)
    assert isinstance(moved, Nesterov)
    inner = moved.algorithm
    assert isinstance(inner, PGD)
    torch.testing.assert_close(torch.as_tensor(inner.step_size), torch.tensor([0.5]))
    torch.testing.assert_close(fields.prior_at(moved, Tikhonov(3.0), 0).weight, torch.tensor([7.0]))


@pytest.mark.parametrize("start", [0.0, -1.0])
def test_what_cannot_be_learned(start: float) -> None:
    with pytest.raises(ArgumentError, match="`step_size` must be positive"):
        LearnedFields(PGD(start), Tikhonov(), ["step_size"], 1)
    with pytest.raises(FieldError, match="got 'speed'"):
        LearnedFields(PGD(), Tikhonov(), ["speed"], 1)
