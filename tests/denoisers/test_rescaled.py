import math

import pytest
import torch
from torch import Tensor

from preimage.denoisers import Denoiser, RescaledDenoiser, Traits, TVDenoiser
from preimage.errors import ArgumentError
from tests.example import Example


class Shrinking(Denoiser):
    """The mean of the image behind ``x`` for pixels of mean 0.2 and variance 1."""

    def __init__(self) -> None:
        super().__init__()
        self.traits = Traits(sigma_range=(0.0, 4.0))

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        return 0.2 + (x - 0.2) / (1 + torch.as_tensor(sigma).square().reshape(-1, 1, 1, 1))


EXAMPLES = {RescaledDenoiser: [Example(lambda: RescaledDenoiser(TVDenoiser()), (2, 1, 7, 6))]}


def test_it_is_the_denoiser_of_the_other_range(rng: torch.Generator) -> None:
    """Pixels of mean 0.2 and variance 1 in [-1, 1] have mean 0.6 and variance 1/4 in [0, 1]."""
    x, sigma = torch.rand(3, 1, 4, 5, generator=rng, dtype=torch.float64), torch.tensor([0.1, 0.5, 1.0]).double()
    wanted = 0.6 + (x - 0.6) / (1 + 4 * sigma.square().reshape(-1, 1, 1, 1))
    torch.testing.assert_close(RescaledDenoiser(Shrinking())(x, sigma), wanted)


def test_its_levels_are_in_units_of_its_images() -> None:
    assert RescaledDenoiser(Shrinking()).traits.sigma_range == (0.0, 2.0)


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`scale` must"):
        RescaledDenoiser(Shrinking(), 0.0)
    with pytest.raises(ArgumentError, match="`offset` must"):
        RescaledDenoiser(Shrinking(), 1.0, math.nan)
