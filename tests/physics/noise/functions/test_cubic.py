import numpy as np
import pytest
import torch
from torch import Tensor

from preimage.physics.noise.functions.cubic import best_root


@pytest.mark.parametrize("target", [-3.0, 0.5, 4.0])
def test_of_three_roots_the_nearest_is_taken(target: float) -> None:
    roots = [-2.0, 0.25, 5.0]
    _, square, linear, constant = (torch.tensor([c], dtype=torch.float64) for c in np.poly(roots))
    found = best_root(square, linear, constant, lambda u: (u - target).abs())
    assert found.item() == pytest.approx(min(roots, key=lambda r: abs(r - target)), abs=1e-13)


def test_random_cubics_against_numpy() -> None:
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((200, 3)) * 10 ** rng.uniform(-3, 3, (200, 3))
    square, linear, constant = (torch.from_numpy(rows[:, k].copy()) for k in range(3))
    found = best_root(square, linear, constant, lambda u: -u).numpy()  # the largest
    for row, root in zip(rows, found, strict=True):
        roots = np.roots([1.0, *row])
        real = roots[np.abs(roots.imag) < 1e-9 * np.abs(roots)].real.max()
        assert root == pytest.approx(real, rel=1e-7, abs=1e-12)


def test_equal_roots() -> None:
    def one(value: float) -> Tensor:
        return torch.tensor([value], dtype=torch.float64)

    assert best_root(one(-3.0), one(3.0), one(-1.0), torch.square).item() == pytest.approx(1, abs=1e-4)  # (u - 1)^3
    assert best_root(one(0.0), one(0.0), one(0.0), torch.square).item() == 0


def test_the_derivative_is_that_of_the_root() -> None:
    square = torch.tensor([-1.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda s: best_root(s, torch.full_like(s, 0.3), torch.full_like(s, -0.2), torch.square), square
    )
