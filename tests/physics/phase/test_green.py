import numpy as np
import pytest
import torch
from scipy import integrate, special

from preimage.physics.phase.green import grid_kernel, pixel_weight, point_waves

K = torch.tensor([1.3], dtype=torch.float64)


def over_a_disk(distance: float, radius: float, k: float) -> complex:
    """The integral of ``G`` over a disk, by quadrature in polar coordinates."""

    def ring(r: float) -> complex:
        angles = 2 * np.pi * (np.arange(64) + 0.5) / 64
        away = np.hypot(distance + r * np.cos(angles), r * np.sin(angles))
        return 2 * np.pi * r * np.mean(0.25j * special.hankel1(0, k * away))

    return integrate.quad(ring, 0, radius, complex_func=True)[0]


def test_a_pixel_is_a_disk_of_its_area() -> None:
    size, k = 0.8, 1.3
    kernel = grid_kernel(K, size, (3, 2))[0]
    assert kernel.shape == (5, 3)
    for place, distance in (((2, 1), 0), ((4, 1), 2 * size), ((1, 2), 2**0.5 * size)):
        wanted = k**2 * over_a_disk(distance, size / np.pi**0.5, k)
        assert complex(kernel[place]) == pytest.approx(wanted, abs=1e-6)


def test_small_pixels_weigh_their_area() -> None:
    assert float(pixel_weight(K, 0.01)) == pytest.approx((1.3 * 0.01) ** 2, rel=1e-4)


def test_waves_of_a_point_by_hand() -> None:
    points = torch.tensor([[10.0, 0.0]], dtype=torch.float64)
    waves = point_waves(points, K, 2.0, (2, 3))
    assert waves.shape == (1, 1, 2, 3)
    wanted = 0.25j * special.hankel1(0, 1.3 * np.hypot(10 - 1, 0 - 2))
    assert complex(waves[0, 0, 1, 2]) == pytest.approx(wanted, abs=1e-6)
