import torch
from torch import nn

from preimage.denoisers.blocks import ResidualBlock


def test_the_input_is_added_to_two_convolutions() -> None:
    block, x = ResidualBlock(2), torch.randn(2, 2, 5, 6, generator=torch.Generator().manual_seed(0))
    first, _, second = block.res
    by_hand = nn.functional.conv2d(nn.functional.conv2d(x, first.weight, padding=1).relu(), second.weight, padding=1)
    torch.testing.assert_close(block(x), x + by_hand)


def test_the_activation_may_be_another() -> None:
    block, x = ResidualBlock(1, nn.Identity()), torch.ones(1, 1, 1, 1)
    scale = block.res[0].weight[0, 0, 1, 1] * block.res[2].weight[0, 0, 1, 1]
    torch.testing.assert_close(block(x), 1 + scale.reshape(1, 1, 1, 1))
