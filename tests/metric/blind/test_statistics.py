import math

import pytest
import torch

from preimage.metric.blind.statistics import FEATURES, asymmetric_gaussian, normalize_locally, scene_features

# scikit-video 1.1.11 on numpy 1.23.5: skvideo.utils.stats.aggd_features of the patch and of each of its paired_product
# (shape, mean, left, right), and compute_image_mscn_transform(image, extend_mode="nearest"), in single precision.
SHAPE = [
    [9.452000000000007, -0.03907905729356284, 1.4072224828574, 1.3261722214281548],
    [1.422000000000001, -0.0004871117152413295, 0.6132099367645435, 0.61249982842995],
    [1.7610000000000012, -0.029092682701059733, 0.6223980835165445, 0.5737661383276318],
    [1.1560000000000008, 0.012474076942092077, 0.5291840655538871, 0.5441650622936057],
    [1.2130000000000007, 0.00814699775157541, 0.5526477893479398, 0.5629490466327621],
]
VALUES = {(0, 0): -0.6375863552, (5, 7): -0.2061929107, (15, 13): 0.8772355914, (0, 9): -0.6671208739}
SPREAD = {(0, 0): 29.790937423706055, (5, 7): 58.174686431884766}


def grid(height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    i, j = torch.meshgrid(*(torch.arange(n, dtype=torch.float64) for n in (height, width)), indexing="ij")
    return i, j


def test_features_are_those_of_scikit_video() -> None:
    i, j = grid(24, 20)
    patch = torch.sin(1.7 * i + 0.3 * j * j) + 0.4 * torch.cos(2.9 * i * j) - 0.05
    shape, mean, left, right = SHAPE[0]
    want = [shape, (left + right) / 2, *(value for line in SHAPE[1:] for value in line)]
    found = scene_features(torch.stack([patch, -patch]))
    assert found.shape == (2, FEATURES)
    assert found[0].tolist() == pytest.approx(want, abs=1e-9)
    assert float(asymmetric_gaussian(patch.flatten()[None])[1]) == pytest.approx(mean, abs=1e-9)


def test_local_normalisation_is_that_of_scikit_video() -> None:
    i, j = grid(16, 14)
    values, spread = normalize_locally((128 + 100 * torch.sin(0.5 * i + 0.03 * i * j))[None, None])
    for found, want in ((values, VALUES), (spread, SPREAD)):
        for place, value in want.items():
            assert float(found[0, 0][place]) == pytest.approx(value, abs=1e-4, rel=1e-5)


def test_the_moments_of_gaussians_are_found(rng: torch.Generator) -> None:
    """Shape 2, and a scale of the root of two times the standard deviation; twice as wide and likely on the right."""
    values = torch.randn(2, 200_000, generator=rng, dtype=torch.float64)
    is_left = torch.rand(200_000, generator=rng) < 1 / 3
    values[1] = torch.where(is_left, -values[1].abs(), 2 * values[1].abs())
    shape, mean, left, right = asymmetric_gaussian(values)
    torch.testing.assert_close(shape, torch.full_like(shape, 2.0), atol=0.1, rtol=0)
    torch.testing.assert_close(left, torch.full_like(left, math.sqrt(2)), atol=0.03, rtol=0)
    torch.testing.assert_close(right, left * torch.tensor([1.0, 2.0], dtype=torch.float64), atol=0.05, rtol=0)
    assert mean.tolist() == pytest.approx([0, math.sqrt(2 / math.pi)], abs=0.03)


def test_constant_patches_have_finite_features() -> None:
    assert bool(scene_features(torch.zeros(1, 8, 8)).isfinite().all())
    assert bool(scene_features(torch.ones(1, 8, 8)).isfinite().all())
