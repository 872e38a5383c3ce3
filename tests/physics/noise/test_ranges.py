"""Parameters outside their range are refused, numbers and entries of tensors alike."""

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.optim import IndicatorL2, ItohFidelity
from preimage.physics import (
    Denoising,
    GaussianNoise,
    LaplaceNoise,
    LogPoissonNoise,
    PoissonGaussianNoise,
    PoissonNoise,
    SpatialUnwrapping,
)

Y = torch.ones(2, 1, 2, 2)

# What is made with the parameter, its name, and whether zero is allowed.
PARAMETERS = [
    (GaussianNoise, "sigma", True),
    (LaplaceNoise, "scale", False),
    (PoissonNoise, "gain", False),
    (PoissonNoise, "background", True),
    (PoissonGaussianNoise, "gain", False),
    (PoissonGaussianNoise, "sigma", False),
    (LogPoissonNoise, "photons", False),
    (LogPoissonNoise, "attenuation", False),
    (lambda radius: IndicatorL2(Denoising(), Y, radius), "radius", False),
    (lambda sigma: ItohFidelity(SpatialUnwrapping(), Y, sigma), "sigma", False),
]


@pytest.mark.parametrize(("make", "name", "zero"), PARAMETERS)
@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf"), 0.0])
def test_levels_that_are_none_are_refused(make, name: str, zero: bool, value: float) -> None:
    for given in (value, torch.tensor(value), torch.tensor([0.5, value])):
        if value == 0 and zero:
            make(**{name: given})
            continue
        with pytest.raises(ArgumentError, match=f"`{name}` must be {'at least 0' if zero else 'positive'}, got"):
            make(**{name: given})
    make(**{name: torch.tensor([0.5, 2.0])})


def test_complex_levels_are_refused() -> None:
    with pytest.raises(ArgumentError, match="got complex numbers"):
        GaussianNoise(torch.tensor([0.1 + 0.1j]))


def test_levels_may_be_mapped_over() -> None:
    z = torch.ones(1, 1, 2, 2)
    levels = torch.tensor([0.5, 2.0])
    values = torch.func.vmap(lambda sigma: GaussianNoise(sigma).nll(z, 0 * z))(levels)
    torch.testing.assert_close(values.flatten(), 2 / levels**2)
