from dataclasses import dataclass

import torch
from torch import nn

from preimage._fields import attributes_of, fields_of


@dataclass(frozen=True)
class Pair:
    first: object
    second: int = 2

    @property
    def third(self) -> int:
        return 3


def test_fields_are_told_in_order_as_they_are() -> None:
    part = Pair([1])
    assert list(fields_of(Pair(part))) == ["first", "second"]
    assert fields_of(Pair(part))["first"] is part


def test_plain_tensors_of_a_network_are_attributes() -> None:
    network = nn.Linear(1, 1)
    network.plain = torch.ones(1)  # pyright: ignore
    assert attributes_of(network)["plain"] is network.plain
    assert attributes_of(network)["_parameters"] is network._parameters
