import pytest
import torch

from preimage.errors import ArgumentError
from preimage.solve import Picard, fixed_point
from tests.example import random

X = random(3, 4).double()


def test_a_step_goes_part_of_the_way_to_the_image() -> None:
    solver = Picard(0.25)
    state = solver.step(torch.cos, solver.init(X))
    torch.testing.assert_close(state.x, X.cos())
    torch.testing.assert_close(state.point, 0.75 * X + 0.25 * X.cos())
    torch.testing.assert_close(state.residual, (X.cos() - X).norm(dim=1))


def test_a_rotation_is_circled_without_damping() -> None:
    turn = lambda x: torch.stack([-x[:, 1], x[:, 0]], 1) + 1  # noqa: E731
    x0 = torch.zeros(1, 2, dtype=torch.float64)
    assert not bool(fixed_point(turn, x0, Picard(), 200, 1e-8).converged)
    found = fixed_point(turn, x0, Picard(0.5), 200, 1e-10).x
    torch.testing.assert_close(found, torch.tensor([[0.0, 1.0]]).double(), rtol=0, atol=1e-8)


@pytest.mark.parametrize("damping", [0.0, 1.5, float("nan")])
def test_damping_out_of_range(damping: float) -> None:
    with pytest.raises(ArgumentError, match=r"`damping` must be in \(0, 1\]"):
        Picard(damping)
