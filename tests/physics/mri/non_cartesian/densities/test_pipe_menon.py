import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import NonCartesianMRI, coils
from preimage.physics.densities import pipe_menon
from preimage.physics.trajectories import cones, golden_angle, radial, rosette, spiral
from tests.physics.mri.non_cartesian.densities.disk import SHAPE, inside, samples

PATHS = {
    "radial": radial(80, 100),
    "golden": golden_angle(89, 100),
    "spiral": spiral(16, 500, turns=4),
    "rosette": rosette(40, 200, 2, 0.6),
}


@pytest.mark.parametrize("name", PATHS)
def test_a_disk_of_one_is_one(name: str) -> None:
    """Weights of sigpy 0.1.27 are about 1e-12; those of mri-nufft 1.5.1 give 0.57 here."""
    physics = NonCartesianMRI(PATHS[name], SHAPE)
    mean, spread, outside = inside(physics.gridding(samples(PATHS[name]), pipe_menon(PATHS[name], SHAPE)))
    assert abs(mean - 1) < 0.01
    assert spread < 0.15  # Gibbs
    assert abs(outside) < 0.02


def test_coils_are_combined_to_the_same_values() -> None:
    trajectory = radial(80, 100)
    maps = 2 * coils.birdcage(SHAPE, 4).to(torch.complex128)
    x = torch.zeros(1, 1, *SHAPE, dtype=torch.complex128)
    x[..., 15:30, 18:33] = 1
    physics = NonCartesianMRI(trajectory, SHAPE, maps)
    image = physics.gridding(physics.A(x), pipe_menon(trajectory, SHAPE))
    assert abs(float(image[..., 18:27, 21:30].real.mean()) - 1) < 0.01


def test_a_complete_grid_has_equal_weights() -> None:
    axis = (torch.arange(12, dtype=torch.float64) - 6) / 12
    weights = pipe_menon(torch.cartesian_prod(axis, axis), (12, 12))
    middle = weights.reshape(12, 12)[4:8, 4:8]
    torch.testing.assert_close(middle, torch.ones(4, 4).double(), rtol=0.05, atol=0)


def test_volumes_and_one_for_each_image() -> None:
    trajectory = torch.stack([cones(6, 20, 2), 0.5 * cones(6, 20, 2)])
    weights = pipe_menon(trajectory, (6, 6, 6))
    assert weights.shape == (2, 6, 20)
    assert (weights > 0).all()
    torch.testing.assert_close(weights[1], pipe_menon(trajectory[1], (6, 6, 6)), rtol=1e-5, atol=0)


def test_steps_are_counted() -> None:
    with pytest.raises(ArgumentError, match="`steps`"):
        pipe_menon(radial(3, 4), (4, 4), 0)
