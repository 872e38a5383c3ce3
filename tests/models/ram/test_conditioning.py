import pytest
import torch

from preimage.models.ram.conditioning import Conditioning
from preimage.models.ram.system import system_of
from preimage.physics import Denoising, GaussianNoise
from tests.models.problems import made


def conditioned(sigma, size=1.0):
    system = system_of(torch.full((1, 1, 2, 2), size).double(), Denoising(GaussianNoise(sigma)), 1)
    return [value[0].tolist() for value in made(lambda: Conditioning(3, 4))(system)]


def test_levels_begin_in_geometric_order_and_shifts_follow_them():
    shifts, levels = conditioned(0.03)
    assert levels == pytest.approx([0.3, 0.3**0.5 * 0.03**0.5, 0.03])
    # Smooth start, three stages, the end: 0.22 (sigma / s)^2.
    smooth = 0.3 * 2.718281828**-1.5
    assert shifts == pytest.approx([0.22313 * (0.03 / s) ** 2 for s in (smooth, *levels, 0.01)], rel=1e-4)


def test_levels_are_no_less_than_the_noise_and_have_the_unit_of_the_image():
    assert conditioned(0.5)[1] == pytest.approx([0.5] * 3)
    assert conditioned(0.2, 10.0)[1] == pytest.approx([10 * level for level in conditioned(0.02)[1]])
