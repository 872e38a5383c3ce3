import pytest
import torch
from torch import nn

from preimage.errors import ArgumentError
from preimage.training import Cosine, Learning, adam


def test_the_rule_has_the_optimizers_and_the_schedule_asked_for() -> None:
    network = nn.Linear(2, 2)
    rule = Learning(0.02, schedule=Cosine, clip=3.0, ema_decay=0.5).rule(network, 40)
    assert (rule.schedule, rule.clip, rule.ema_decay, rule.scaler) == (Cosine(40), 3.0, 0.5, None)
    assert rule.optimizers[0].param_groups[0]["lr"] == 0.02
    own = Learning(0.3, lambda module, rate: [torch.optim.SGD(module.parameters(), rate)]).rule(network, 40)
    assert isinstance(own.optimizers[0], torch.optim.SGD)
    assert Learning(precision="float16").rule(network, 1).scaler.get_scale() == 2.0**16
    assert sum(len(group["params"]) for group in adam(network, 0.1)[0].param_groups) == 2


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"ema_decay": 1.0}, {"clip": 0.0}, {"accumulate": 0}])
def test_numbers_out_of_range(wrong) -> None:
    with pytest.raises(ArgumentError, match="take other numbers"):
        Learning(**wrong)
