"""Small discriminators, always the same."""

import torch
from torch import nn

from preimage.loss import PatchDiscriminator


def patches() -> PatchDiscriminator:
    """For three channels, of 6x6 pixels or more."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return PatchDiscriminator(3, 2, 1)


class Line(nn.Module):
    """``a * (sum of the image) + b``."""

    def __init__(self, a: float) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.tensor(a, dtype=torch.float64))
        self.b = nn.Parameter(torch.tensor(0.5, dtype=torch.float64))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.a * x.flatten(1).sum(1) + self.b
