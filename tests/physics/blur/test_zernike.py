import math

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.blur.zernike import noll_to_orders, zernike


def test_nolls_table() -> None:
    table = [(0, 0), (1, 1), (1, -1), (2, 0), (2, -2), (2, 2), (3, -1), (3, 1), (3, -3), (3, 3), (4, 0)]
    table += [(4, 2), (4, -2), (4, 4), (4, -4), (5, 1), (5, -1), (5, 3), (5, -3), (5, 5), (5, -5), (6, 0)]
    assert [noll_to_orders(j) for j in range(1, 23)] == table


def test_closed_forms() -> None:
    r, a = torch.rand(50, dtype=torch.float64), 2 * math.pi * torch.rand(50, dtype=torch.float64)
    torch.testing.assert_close(zernike(2, r, a), 2 * r * a.cos())
    torch.testing.assert_close(zernike(4, r, a), math.sqrt(3) * (2 * r**2 - 1))
    torch.testing.assert_close(zernike(5, r, a), math.sqrt(6) * r**2 * (2 * a).sin())
    torch.testing.assert_close(zernike(8, r, a), math.sqrt(8) * (3 * r**3 - 2 * r) * a.cos())
    torch.testing.assert_close(zernike(11, r, a), math.sqrt(5) * (6 * r**4 - 6 * r**2 + 1))


def test_they_are_orthonormal_on_the_disc() -> None:
    nodes = (torch.arange(400, dtype=torch.float64) + 0.5) / 400
    r, a = (
        nodes.sqrt()[:, None].expand(400, 64),
        (2 * math.pi * torch.arange(64, dtype=torch.float64) / 64).expand(400, 64),
    )
    modes = torch.stack([zernike(j, r, a).flatten() for j in range(1, 16)])
    torch.testing.assert_close(modes @ modes.T / modes.shape[1], torch.eye(15).double(), rtol=0, atol=1e-3)


def test_noll_counts_from_one() -> None:
    with pytest.raises(ArgumentError, match="`index` must be at least 1"):
        noll_to_orders(0)
