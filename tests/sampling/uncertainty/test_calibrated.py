import warnings

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import BlurFFT, Denoising, GaussianNoise, kernels
from preimage.sampling import BootstrapErrorMap, CalibratedErrorMap, conformal_factor, coverage


def noisy(y, physics):
    """A reconstructor that leaves the noise."""
    return y


def test_half_widths_cover_what_their_factor_was_found_for():
    rng, physics = torch.Generator().manual_seed(0), Denoising(GaussianNoise(0.1))
    x = torch.rand(160, 1, 16, 16, generator=rng)
    y = physics(x, rng=rng)
    errors, widths = y - x, BootstrapErrorMap(noisy)(y, physics, y)
    factor = conformal_factor(list(errors[:80]), list(widths[:80]))
    calibrated = CalibratedErrorMap(BootstrapErrorMap(noisy), {"Denoising": factor})
    covered = coverage(errors[80:], calibrated(y[80:], physics, y[80:]))
    assert 0.9 < float(covered.mean()) < 0.93
    assert factor == pytest.approx(1.65, abs=0.15)  # of a normal distribution


def test_each_kind_of_operator_has_a_factor_and_others_get_the_largest():
    calibrated = CalibratedErrorMap(BootstrapErrorMap(noisy), {"Denoising": 2.0, "Inpainting": 3.0})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert calibrated.factor(Denoising()) == 2.0
    with pytest.warns(UserWarning, match="Denoising, Inpainting, .* got BlurFFT"):
        assert calibrated.factor(BlurFFT(kernels.gaussian_blur(1.0))) == 3.0


def test_factors_are_needed():
    for factors in ({}, {"Denoising": 0.0}):
        with pytest.raises(ArgumentError, match="`factors` must be above zero"):
            CalibratedErrorMap(BootstrapErrorMap(noisy), factors)
