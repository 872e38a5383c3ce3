import torch
from torch import nn

from preimage.denoisers import DnCNN
from preimage.denoisers.footprint import bytes_per_pixel


def test_eight_of_the_largest_feature_maps() -> None:
    network = DnCNN(1, width=6, depth=3)
    assert bytes_per_pixel(network, 1, 0.1) == 8 * 6 * 4  # six channels of four bytes


def test_nothing_is_left_behind_on_the_network() -> None:
    network = nn.Sequential(nn.Identity())

    class Called(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = network

        def forward(self, x: torch.Tensor, level: float) -> torch.Tensor:
            return self.inner(torch.cat([x, x, x], 1))

    called = Called()
    assert bytes_per_pixel(called, 2, 0.1) == 8 * 6 * 4
    assert not any(module._forward_hooks for module in called.modules())
