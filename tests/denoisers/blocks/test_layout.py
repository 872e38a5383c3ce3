import torch
from torch import nn

from preimage.denoisers.blocks import channels_last, channels_last_


def test_values_stay_and_channels_lie_side_by_side() -> None:
    x = torch.rand(2, 3, 4, 5)
    moved = channels_last(x)
    assert torch.equal(moved, x)
    assert moved.stride() == (60, 1, 15, 3)
    assert torch.vmap(channels_last)(x[None]).equal(x[None])


def test_weights_of_a_network_are_moved_in_place() -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ConvTranspose2d(4, 2, 2), nn.Linear(2, 2))
    weights = [parameter.detach().clone() for parameter in network.parameters()]
    assert channels_last_(network) is network
    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), weights, strict=True))
    assert network[0].weight.stride(1) == network[1].weight.stride(1) == 1
