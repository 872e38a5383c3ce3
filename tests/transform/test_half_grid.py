import importlib.util

import pytest
import torch

from preimage.transform import direct_fourier, direct_fourier_adjoint
from preimage.transform.half_grid import half_grid
from tests.example import random

needs_finufft = pytest.mark.skipif(importlib.util.find_spec("finufft") is None, reason="finufft is not installed")


def edges(dtype: torch.dtype) -> torch.Tensor:
    """Frequencies anywhere, on the axes, and at the ends of the range."""
    few = torch.tensor([[0.0, 0.0], [0.5, 0.5], [-0.5, -0.5], [0.5, -0.5], [0.25, 0.0], [0.0, -0.5], [-0.1, 1e-7]])
    return torch.cat([random(200, 2, low=-0.5, high=0.5), few]).to(dtype)


@needs_finufft
@pytest.mark.parametrize("shape", [(64, 65), (131, 90)])
@pytest.mark.parametrize(
    ("dtype", "tol", "most"),
    [
        (torch.float32, None, 3e-5),
        (torch.float64, None, 3e-9),
        (torch.float32, 1e-7, 5e-7),
        (torch.float64, 1e-12, 3e-12),
    ],
)
def test_it_is_the_sum_there_and_back(shape, dtype, tol, most) -> None:
    points, x = edges(dtype), random(*shape, low=-1).to(dtype)
    plan = half_grid(points, shape, x, tol)
    assert plan is not None
    y = plan.samples(lambda which: x[which])
    exact = direct_fourier(x.to(torch.complex128)[None, None], points.double()[None])[0, 0]
    assert float((y - exact).norm() / exact.norm()) < most
    found = torch.zeros(shape, dtype=dtype)
    plan.image(exact.clone(), lambda which, rows: found[which].copy_(rows))
    back = direct_fourier_adjoint(exact[None, None], points.double()[None], shape)[0, 0].real
    assert float((found - back).norm() / back.norm()) < most
    v = torch.complex(random(207, seed=3), random(207, seed=4)).to(y.dtype)
    left = (y * v.conj()).real.sum()
    plan.image(v.clone(), lambda which, rows: found[which].copy_(rows))
    scale = float(y.norm() * v.norm())
    assert abs(float(left - (x * found).sum())) < scale * (1e-13 if dtype == torch.float64 else 1e-6)


def test_it_is_left_out_where_it_would_not_be_right_or_quick() -> None:
    points, x = edges(torch.float64), random(64, 64).double()
    for refused in (
        half_grid(points, (63, 64), x),
        half_grid(points[:60], (64, 64), x),
        half_grid(points, (64, 64), x.half()),
        half_grid(points, (64, 64), x, tol=0.0),
        half_grid(points, (64, 64), x.clone().requires_grad_()),
        half_grid(points.clone().requires_grad_(), (64, 64), x),
    ):
        assert refused is None
