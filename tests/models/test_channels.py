import torch
from torch import nn

from preimage.models._channels import through


class Doubled(nn.Module):
    def forward(self, x: torch.Tensor, factor: float) -> torch.Tensor:
        return factor * x.flip(1)


def test_a_complex_image_goes_through_as_twice_the_channels() -> None:
    x = torch.tensor([[[[1 + 2j]], [[3 - 4j]]]])
    # real 1, 3, imaginary 2, -4; the network turns the order of the channels round
    assert through(Doubled(), x, 2.0).flatten().tolist() == [-8 + 6j, 4 + 2j]
    assert through(Doubled(), x.real, 2.0).flatten().tolist() == [6, 2]
