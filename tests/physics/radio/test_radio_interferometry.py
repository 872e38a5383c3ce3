import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import RadioInterferometry
from tests.example import Example, random

UV = random(9, 2, low=-0.5, high=0.5)

EXAMPLES = {
    RadioInterferometry: [
        Example(lambda: RadioInterferometry(UV, (4, 3)), shape=(2, 1, 4, 3)),
        Example(
            lambda: RadioInterferometry(UV, (3, 4), random(9, seed=1), random(3, 4, seed=2), tol=0),
            shape=(2, 1, 3, 4),
        ),
    ]
}


def test_it_is_the_sum_of_the_definition() -> None:
    x, weights, beam = random(2, 1, 5, 4).double(), random(9, seed=1).double(), random(5, 4, seed=2).double()
    rows, columns = torch.arange(5).double() - 2, torch.arange(4).double() - 2
    phase = UV[:, :1, None].double() * rows[:, None] + UV[:, 1:, None].double() * columns
    wave = torch.polar(torch.ones_like(phase), -2 * torch.pi * phase)
    expected = weights * (wave * (beam * x).reshape(2, 1, 5, 4)).sum((2, 3)) / 20**0.5
    y = RadioInterferometry(UV.double(), (5, 4), weights, beam).A(x)
    torch.testing.assert_close(y[:, 0], expected, rtol=1e-8, atol=1e-8)


def test_a_point_in_the_centre_has_flat_visibilities_and_looks_like_the_dirty_beam() -> None:
    x = torch.zeros(1, 1, 8, 8, dtype=torch.float64)
    x[..., 4, 4] = 8.0  # sqrt(N)
    physics = RadioInterferometry(UV.double(), (8, 8), random(9, seed=1).double() + 0.1)
    torch.testing.assert_close(physics.A(x)[0, 0] / physics.weights, torch.ones(9, dtype=torch.complex128))
    dirty = physics.A_adjoint(physics.A(x))[0, 0]
    beam = physics.dirty_beam()
    assert beam[4, 4] == pytest.approx(1.0)
    torch.testing.assert_close(beam, dirty / dirty[4, 4])


def test_arguments_are_checked() -> None:
    with pytest.raises(ArgumentError, match=r"`uv` must be in cycles per pixel, at most 0.5, got 3"):
        RadioInterferometry(torch.full((2, 2), 3.0), (4, 4))
    with pytest.raises(ShapeError, match="`uv` must be real"):
        RadioInterferometry(UV.T, (4, 4))
    with pytest.raises(ArgumentError, match="`weights` must be at least 0"):
        RadioInterferometry(UV, (4, 4), -torch.ones(9))
    with pytest.raises(ShapeError, match="`weights` must be"):
        RadioInterferometry(UV, (4, 4), torch.ones(8))
    with pytest.raises(ShapeError, match="`beam` must be"):
        RadioInterferometry(UV, (4, 4), beam=torch.ones(4, 3))
    with pytest.raises(ShapeError, match="`x` must be real of shape"):
        RadioInterferometry(UV, (4, 4)).A(random(1, 1, 4, 5))
    with pytest.raises(ShapeError, match="`y` must be complex of shape"):
        RadioInterferometry(UV, (4, 4)).A_adjoint(random(1, 1, 9))
