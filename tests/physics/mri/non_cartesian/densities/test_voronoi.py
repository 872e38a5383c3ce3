import sys

import pytest
import torch

from preimage.errors import ArgumentError, MissingDependency
from preimage.physics import NonCartesianMRI
from preimage.physics.densities import ramp_density, voronoi
from preimage.physics.trajectories import cones, radial, spiral
from tests.physics.mri.non_cartesian.densities.disk import SHAPE, inside, samples


@pytest.mark.parametrize("trajectory", [radial(80, 100), spiral(16, 300, turns=4)])
def test_a_disk_of_one_is_one(trajectory: torch.Tensor) -> None:
    """Those of mri-nufft 1.5.1 give 37000 here.

    Areas weigh the middle of lines a quarter too much (see :func:`ramp_density`), which is 2 % of the disk.
    """
    physics = NonCartesianMRI(trajectory, SHAPE)
    mean, spread, outside = inside(physics.gridding(samples(trajectory), voronoi(trajectory, SHAPE)))
    assert abs(mean - 1) < 0.025
    assert spread < 0.15
    assert abs(outside) < 0.02


@pytest.mark.parametrize("size", [9, 10])
def test_a_complete_grid_has_equal_weights(size: int) -> None:
    axis = (torch.arange(size, dtype=torch.float64) - size // 2) / size
    plane = voronoi(torch.cartesian_prod(axis, axis), (size, size))
    torch.testing.assert_close(plane, torch.ones(size**2).double())
    few = (torch.arange(4, dtype=torch.float64) - 2) / 4
    torch.testing.assert_close(voronoi(torch.cartesian_prod(few, few, few), (4, 4, 4)), torch.ones(64).double())


def test_samples_at_one_place_share_it() -> None:
    trajectory = radial(20, 30)
    weights = voronoi(trajectory, (16, 16))
    middle = weights[:, 15]
    torch.testing.assert_close(middle, middle[:1].expand(20))
    inner = slice(5, 25)
    torch.testing.assert_close(weights[:, inner], ramp_density(trajectory, (16, 16))[:, inner], rtol=0.1, atol=0.01)


def test_what_is_wrong_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArgumentError, match="that of one image"):
        voronoi(torch.zeros(2, 3, 4, 2), (4, 4))
    with pytest.raises(ArgumentError, match="with others all around"):
        voronoi(torch.tensor([[0.1, 0.2], [0.3, 0.1], [-0.2, 0.3]]), (4, 4))
    assert voronoi(cones(4, 6, 1), (4, 4, 4)).shape == (4, 6)
    monkeypatch.setitem(sys.modules, "scipy.spatial", None)
    with pytest.raises(MissingDependency, match="preimage\\[io\\]"):
        voronoi(radial(3, 5), (4, 4))
