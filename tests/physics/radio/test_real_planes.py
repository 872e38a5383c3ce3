import importlib.util
import math

import pytest
import torch

from preimage.physics.radio.real_planes import RealPlanes
from preimage.transform.half_grid import half_grid
from tests.example import random


@pytest.mark.skipif(importlib.util.find_spec("finufft") is None, reason="finufft is not installed")
@pytest.mark.parametrize(("count", "most"), [(1, 0.0), (14, 0.3), (15, 0.3)])
def test_it_is_the_sum(count: int, most: float) -> None:
    """Odd and even numbers of nodes: the middle one has no sines."""
    shape, points = (64, 66), random(70, 2, low=-0.5, high=0.5).double()
    w, x = most * random(70, seed=1, low=-1).double(), random(*shape, seed=2).double()
    depth, middle = random(*shape, seed=3, low=-1).double(), 0.7
    rows, columns = (torch.arange(size).double() - size // 2 for size in shape)
    turns = points[:, :1, None] * rows[:, None] + points[:, 1:, None] * columns
    turns = turns - w[:, None, None] * (depth + middle)
    waves = torch.polar(torch.ones_like(turns), -2 * math.pi * turns) / math.prod(shape) ** 0.5
    grid = half_grid(points, shape, x)
    assert grid is not None
    planes = RealPlanes(grid, w, most, depth, middle, count)
    y = planes.samples(x)
    expected = torch.einsum("mhw,hw->m", waves, x + 0j)
    assert float((y - expected).norm() / expected.norm()) < 2e-8
    mapped = torch.einsum("mhw,m->hw", waves.conj(), y).real
    assert float((planes.image(y) - mapped).norm() / mapped.norm()) < 2e-8
