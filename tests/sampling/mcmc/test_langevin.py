import dataclasses

import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, CapabilityError
from preimage.optim import L1Prior, Tikhonov
from preimage.sampling.mcmc.langevin import LangevinKernel


class Third(LangevinKernel):
    def stable_step(self, x: Tensor) -> float:
        return x[0].numel() / 3


def test_the_step_is_in_units_of_the_curvature() -> None:
    x = torch.zeros(2, 1, 2, 3)
    f, g = Tikhonov(3.0), Tikhonov(torch.tensor([1.0, 5.0]))
    torch.testing.assert_close(Third().prepare(f, g, x).step_size, torch.tensor([2 / 4, 2 / 8]))
    given = Third(0.1)
    assert given.prepare(f, g, x) is given


def test_what_is_refused() -> None:
    x = torch.zeros(1, 1, 2, 2)
    with pytest.raises(ArgumentError, match="`step_size`"):
        Third(0.0)
    with pytest.raises(CapabilityError, match="the prior must be Smooth for Third"):
        Third().prepare(Tikhonov(), L1Prior(), x)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Third().step_size = 1.0  # pyright: ignore[reportAttributeAccessIssue]
