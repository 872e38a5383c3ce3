import pytest
import torch

from preimage.errors import ShapeError
from preimage.physics.trajectories import radial, stack_of


@pytest.mark.parametrize("slices", [4, 5])
def test_planes_lie_at_the_frequencies_of_the_grid(slices: int) -> None:
    plane = radial(3, 8)
    k = stack_of(plane, slices)
    assert k.shape == (3 * slices, 8, 3)
    for index in range(slices):
        part = k[3 * index : 3 * index + 3]
        assert torch.equal(part[..., 1:], plane)
        assert (part[..., 0] == (index - slices // 2) / slices).all()


def test_a_plane_is_wanted() -> None:
    with pytest.raises(ShapeError, match=r"`trajectory` must be \(shots, samples, 2\)"):
        stack_of(torch.zeros(5, 2), 3)
