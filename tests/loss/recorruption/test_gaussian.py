import pytest
import torch

from preimage.errors import ArgumentError
from preimage.loss.recorruption import GaussianRecorruption
from preimage.physics import GaussianNoise
from tests.loss.recorruption.draws import correlation, require_moments


def test_its_parts_are_uncorrelated_with_the_variances_told() -> None:
    z = torch.tensor(0.3, dtype=torch.float64)
    require_moments(GaussianRecorruption(0.2, 0.5), GaussianNoise(0.2), z, 0.04 * 1.25, 0.04 * 5)


def test_complex_measurements_get_noise_in_both_parts() -> None:
    z = torch.complex(torch.tensor(0.3), torch.tensor(-0.2)).to(torch.complex128)
    first, second = require_moments(GaussianRecorruption(0.2, 1.0), GaussianNoise(0.2), z, 0.16, 0.16)
    assert abs(correlation(first.real, second.imag)) < 0.02


def test_numbers_out_of_range_are_told() -> None:
    with pytest.raises(ArgumentError, match="`alpha`"):
        GaussianRecorruption(0.1, 0.0)
    with pytest.raises(ArgumentError, match="`sigma`"):
        GaussianRecorruption(-0.1)
