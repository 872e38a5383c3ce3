import math

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import SpatialUnwrapping
from preimage.physics.noise import GaussianNoise
from tests.example import LEVELS, Example

EXAMPLES = {
    SpatialUnwrapping: [
        Example(lambda: SpatialUnwrapping(LEVELS, noise=GaussianNoise(0.1))),
        Example(lambda: SpatialUnwrapping(0.3, "floor")),
    ],
}


def test_wrapped_phases_are_those_of_the_exponential(rng: torch.Generator) -> None:
    x = 20 * torch.randn(2, 1, 4, 5, generator=rng, dtype=torch.float64)
    torch.testing.assert_close(SpatialUnwrapping(math.pi).A(x), torch.polar(torch.ones_like(x), x).angle())


def test_values_by_hand() -> None:
    x = torch.tensor([-2.75, -1.25, -0.25, 0.75, 1.5, 4.25]).reshape(1, 1, 1, 6)
    assert SpatialUnwrapping(1.0).A(x).flatten().tolist() == [-0.75, 0.75, -0.25, 0.75, -0.5, 0.25]
    assert SpatialUnwrapping(1.0, "floor").A(x).flatten().tolist() == [1.25, 0.75, 1.75, 0.75, 1.5, 0.25]
    both = SpatialUnwrapping(torch.tensor([1.0, 0.5]), "floor").A(torch.full((2, 1, 1, 1), 2.75))
    assert both.flatten().tolist() == [0.75, 0.75]


def test_arguments_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`mode` must be one of round, floor"):
        SpatialUnwrapping(1.0, "ceil")
    with pytest.raises(ArgumentError, match="`threshold` must be positive"):
        SpatialUnwrapping(0.0)
