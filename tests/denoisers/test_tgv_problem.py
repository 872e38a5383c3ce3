import pytest
import torch

from preimage.denoisers._staggered import bends, lengths, slopes
from preimage.denoisers.tgv_problem import tgv_denoise, tgv_value
from tests.example import random


def test_flat_and_steady_slopes_cost_nothing() -> None:
    rows, columns = torch.meshgrid(torch.arange(6.0), torch.arange(7.0), indexing="ij")
    plane = (0.3 + 0.02 * rows - 0.05 * columns).double()[None, None]
    x = torch.cat([plane, torch.full_like(plane, 0.4)])
    torch.testing.assert_close(tgv_denoise(x, 0.5, 2.0, True, 1e-4, 200).x, x, rtol=0, atol=1e-2)


def test_the_value_is_below_that_of_any_field() -> None:
    """``TGV(x) <= |G x - w| + ratio |E w|``, of which ``w = 0`` is the total variation and ``w = G x`` the bending."""
    x = random(1, 1, 5, 6).double()
    found = float(tgv_value(x, 2.0, True, 1e-3, 2000))
    variation, bending = (float(lengths(field, x).sum()) for field in (slopes(x), bends(slopes(x))))
    assert 0 < found <= 1.001 * min(variation, 2 * bending)
    assert float(tgv_value(3 * x, 2.0, True, 1e-3, 2000)) == pytest.approx(3 * found, rel=2e-3)


def test_the_solution_is_the_minimiser() -> None:
    """No other image has a lower objective: its neighbours in random directions."""
    x, weight = random(1, 1, 5, 6).double(), 0.2
    solution = tgv_denoise(x, weight, 2.0, True, 1e-4, 2000)
    assert bool(solution.converged)

    def objective(u: torch.Tensor) -> float:
        return float((u - x).square().sum() / 2 + weight * tgv_value(u, 2.0, True, 1e-3, 2000))

    least = objective(solution.x)
    for seed in range(2):
        direction = random(1, 1, 5, 6, seed=seed + 1, low=-1).double()
        # The objective is one-strongly convex: from the minimiser it rises by half the squared distance at least.
        step = 0.3 * direction / direction.norm()
        assert objective(solution.x + step) - least > 0.9 * 0.3**2 / 2


@pytest.mark.parametrize("coupled", [False, True])
def test_samples_and_channels_are_problems_of_their_own(coupled: bool) -> None:
    x, weight = random(2, 2, 5, 6).double(), torch.tensor([0.1, 0.0]).double()
    both = tgv_denoise(x, weight, 2.0, coupled, 0.0, 30)
    assert torch.equal(both.x[1], x[1])
    alone = tgv_denoise(x[:1], 0.1, 2.0, coupled, 0.0, 30)
    torch.testing.assert_close(both.x[:1], alone.x)
    channel = tgv_denoise(x[:1, :1], 0.1, 2.0, coupled, 0.0, 30)
    assert torch.allclose(both.x[:1, :1], channel.x) == (not coupled)
    assert tgv_denoise(x[:0], 0.1, 2.0, coupled, 0.0, 30).x.shape == (0, 2, 5, 6)
