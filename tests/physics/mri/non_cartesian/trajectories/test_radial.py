import math

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.trajectories import golden_angle, radial


def angles(trajectory: torch.Tensor) -> torch.Tensor:
    """Degrees from the last axis to the first, in a full turn."""
    return torch.rad2deg(torch.atan2(trajectory[:, -1, 0], trajectory[:, -1, 1])) % 360


@pytest.mark.parametrize("samples", [8, 7])
def test_lines_run_through_the_middle(samples: int) -> None:
    k = radial(4, samples)
    assert k.shape == (4, samples, 2)
    assert not k[:, samples // 2].any()
    torch.testing.assert_close(k[0, :, 1], (torch.arange(samples).double() - samples // 2) / samples)
    torch.testing.assert_close(angles(k), torch.tensor([0.0, 45.0, 90.0, 135.0]).double())
    assert k.abs().max() <= 0.5


def test_golden_angles() -> None:
    steps = angles(golden_angle(3, 5)).diff() % 360
    torch.testing.assert_close(steps, torch.full((2,), 111.24611797).double())
    for tiny, degrees in ((2, 68.7539), (3, 49.7508), (7, 23.6281)):  # the table of Wundrak et al.
        assert math.isclose(float(angles(golden_angle(2, 5, tiny))[1]), degrees, abs_tol=1e-4)


def test_numbers_of_lines_that_fill_evenly() -> None:
    """After a Fibonacci number of lines the gaps take two values, of the golden ratio."""
    gaps = (angles(golden_angle(34, 4)) % 180).sort().values.diff()
    assert gaps.max() / gaps.min() < 1.62


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`shots`"):
        radial(0, 5)
    with pytest.raises(ArgumentError, match="`samples`"):
        golden_angle(3, 0)
    with pytest.raises(ArgumentError, match="`tiny`"):
        golden_angle(3, 4, 0)
