import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.trajectories import cones, rosette, spiral


def test_spirals_go_outwards_at_equal_distances() -> None:
    k = spiral(2, 201, turns=4)
    radius = k.norm(dim=-1)
    torch.testing.assert_close(radius, torch.linspace(0, 0.5, 201).double().expand(2, -1))
    torch.testing.assert_close(k[1], -k[0])  # half a turn on
    torch.testing.assert_close(k[0, 50], torch.tensor([0.0, 0.125]).double())  # after one of four turns
    assert (spiral(1, 201, 4, power=2)[0].norm(dim=-1)[:100] < radius[0, :100] + 1e-12).all()


def test_rosettes_meet_the_middle_twice_in_an_oscillation() -> None:
    k = rosette(1, 401, oscillations=5, rotations=2)
    radius = k[0].norm(dim=-1)
    assert (radius[::40] < 1e-12).all()
    assert torch.isclose(radius.max(), torch.tensor(0.5).double())


def test_cones_fill_the_sphere_evenly() -> None:
    k = cones(200, 51, turns=6)
    assert k.shape == (200, 51, 3)
    torch.testing.assert_close(k.norm(dim=-1), torch.linspace(0, 0.5, 51).double().expand(200, -1))
    ends = k[:, -1] / 0.5
    assert ends.mean(0).abs().max() < 0.02
    torch.testing.assert_close(ends.mT @ ends / 200, torch.eye(3).double() / 3, atol=0.02, rtol=0)
    along = k[..., 0] / k.norm(dim=-1)
    assert (along[:, 1:] - along[:, 1:2]).abs().max() < 1e-12  # each stays on its cone


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`turns`"):
        spiral(1, 10, 0)
    with pytest.raises(ArgumentError, match="`power`"):
        spiral(1, 10, 1, -1)
    with pytest.raises(ArgumentError, match="`samples`"):
        cones(3, 1, 2)
    with pytest.raises(ArgumentError, match="`rotations`"):
        rosette(3, 9, 2, 0)
