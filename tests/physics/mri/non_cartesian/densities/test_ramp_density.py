import math

import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import NonCartesianMRI
from preimage.physics.densities import ramp_density
from preimage.physics.trajectories import golden_angle, radial, spiral
from tests.physics.mri.non_cartesian.densities.disk import SHAPE, inside, samples


@pytest.mark.parametrize("trajectory", [radial(80, 100), golden_angle(100, 101), golden_angle(89, 100, 5)])
def test_a_disk_of_one_is_one(trajectory: torch.Tensor) -> None:
    physics = NonCartesianMRI(trajectory, SHAPE)
    mean, spread, outside = inside(physics.gridding(samples(trajectory), ramp_density(trajectory, SHAPE)))
    assert abs(mean - 1) < 0.005
    assert spread < 0.1
    assert abs(outside) < 0.01


def test_weights_are_those_of_the_ramp_filter_of_finite_lines() -> None:
    """Twice the integral of ``-cos(2 pi r s) / (2 pi^2 s^2)`` over the lengths ``s`` that lines see, by quadrature."""
    trajectory = radial(10, 16)
    weights = ramp_density(trajectory, (20, 30))[0] / (600 * math.pi / 10)
    s = np.linspace(8, 8 + 4000, 400001)[:, None]  # beyond 1 / (2 dr)
    r = np.abs(trajectory[0, :, 1].numpy())
    beyond = np.trapezoid(np.cos(2 * np.pi * r * s) / (np.pi**2 * s**2), s, axis=0)
    expected = (r + beyond) / 16
    np.testing.assert_allclose(weights.numpy(), expected, rtol=0, atol=2e-6)
    assert math.isclose(float(weights[8]), 2 / math.pi**2 / 256, rel_tol=1e-9)


def test_areas_add_up_to_the_disk() -> None:
    for trajectory in (radial(10, 401), golden_angle(7, 401)):
        total = ramp_density(trajectory, (20, 30)).sum() / 600
        torch.testing.assert_close(total, torch.tensor(math.pi / 4).double(), rtol=1e-4, atol=0)


def test_other_paths_are_refused() -> None:
    with pytest.raises(ArgumentError, match="lines through the middle in equal steps"):
        ramp_density(spiral(3, 50, 2), (8, 8))
    with pytest.raises(ArgumentError, match="lines through the middle in equal steps"):
        ramp_density((radial(3, 50) + 0.1).clamp(-0.5, 0.5), (8, 8))
    with pytest.raises(ArgumentError, match=r"must be lines, \(shots, samples, 2\)"):
        ramp_density(radial(3, 50).flatten(0, 1), (8, 8))
