import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy import ndimage

from preimage.errors import ArgumentError
from preimage.physics.kernels import (
    bicubic_filter,
    bilinear_filter,
    gaussian_blur,
    gaussian_blurs,
    motion_line,
    path_kernel,
    sinc_filter,
)


def centroid(kernel: torch.Tensor) -> tuple[float, float]:
    """Centre of mass relative to the origin, floor(size / 2): down, right."""
    plane = kernel[0, 0].double()
    rows, columns = (torch.arange(n, dtype=torch.float64) - n // 2 for n in plane.shape)
    return (plane.sum(1) @ rows).item(), (plane.sum(0) @ columns).item()


def test_gaussians_have_the_published_values() -> None:
    row = gaussian_blur(1.2, size=5)[0, 0, 2]
    torch.testing.assert_close(row[:3], torch.tensor([0.029406, 0.083334, 0.117928]), rtol=0, atol=1e-6)
    # Variances 3 and 1, the first axis 0.5 radians clockwise on the screen.
    kernel = gaussian_blur((math.sqrt(3), 1.0), -math.degrees(0.5), 7)[0, 0]
    assert kernel[2, 4].item() == pytest.approx(0.036660, abs=1e-6)
    assert kernel[4, 4].item() == pytest.approx(0.064242, abs=1e-6)


def test_gaussian_is_scipys_impulse_response() -> None:
    impulse = np.zeros((21, 21))
    impulse[10, 10] = 1
    expected = ndimage.gaussian_filter(impulse, (1.3, 2.1), truncate=10 / 1.3)
    got = gaussian_blur((2.1, 1.3), size=21, dtype=torch.float64)[0, 0].numpy()
    np.testing.assert_allclose(got, expected / expected.sum(), atol=1e-6)


def test_angles_turn_counter_clockwise() -> None:
    for kernel in (gaussian_blur((3.0, 0.5), 45, 15), motion_line(11, 45)):
        plane = kernel[0, 0]
        c = plane.shape[0] // 2
        assert plane[c - 2, c + 2] > 10 * plane[c + 2, c + 2]
    torch.testing.assert_close(motion_line(7, 90), motion_line(7, 0).mT)


@pytest.mark.parametrize(
    "made",
    [
        lambda: gaussian_blur(1.7),
        lambda: gaussian_blur((2.0, 1.0), 30, 24),
        lambda: motion_line(9.5, 20),
        lambda: motion_line(15, 30, size=(20, 24)),
        lambda: bilinear_filter(3),
        lambda: bicubic_filter(2.5),
        lambda: sinc_filter(4),
    ],
)
def test_kernels_sum_to_one_and_do_not_shift(made: Callable[[], torch.Tensor]) -> None:
    kernel = made()
    assert kernel.ndim == 4
    assert kernel.dtype == torch.float32
    assert kernel.sum().item() == pytest.approx(1, abs=1e-6)
    # An even Gaussian loses the far half of its last tap to the border.
    assert centroid(kernel) == pytest.approx((0, 0), abs=2e-3)


def test_a_line_along_the_axis_covers_its_length() -> None:
    row = motion_line(15)[0, 0, 8]
    expected = torch.ones(17)
    expected[[0, -1]], expected[[1, -2]] = 0.125, 0.875  # the ends, shared between neighbours
    torch.testing.assert_close(row, expected / 15, rtol=0, atol=1e-4)
    assert motion_line(15)[0, 0].sum(1)[8].item() == pytest.approx(1)


def test_the_spread_of_a_line_is_its_length_over_the_root_of_twelve() -> None:
    kernel = motion_line(12, 30, dtype=torch.float64)[0, 0]
    along = torch.arange(kernel.shape[0], dtype=torch.float64) - kernel.shape[0] // 2
    second = (kernel.sum(0) * along**2).sum(), (kernel.sum(1) * along**2).sum()
    # The variance of the line, and that of the bilinear shares, which is between 0 and 1/4 a direction.
    for value, share in zip(second, (math.cos(math.pi / 6), math.sin(math.pi / 6)), strict=True):
        assert 0 <= value.item() - (12 * share) ** 2 / 12 <= 0.25


def test_a_path_is_shared_by_four_pixels() -> None:
    kernel = path_kernel(torch.tensor([[0.25, -0.5]]), 4)[0, 0]
    expected = torch.zeros(4, 4)
    expected[2, 1], expected[2, 2], expected[3, 1], expected[3, 2] = 0.375, 0.375, 0.125, 0.125
    torch.testing.assert_close(kernel, expected)


def test_filters_before_decimation_have_their_closed_forms() -> None:
    torch.testing.assert_close(bilinear_filter(2)[0, 0, 1], torch.tensor([0.25, 0.5, 0.25]) / 2)
    torch.testing.assert_close(bilinear_filter(1), torch.ones(1, 1, 1, 1))
    cubic = torch.tensor([-0.0625, 0, 0.5625, 1, 0.5625, 0, -0.0625]) / 2
    torch.testing.assert_close(bicubic_filter(2).sum((0, 1, 2)), cubic)
    # The ideal filter passes 1 / (2 factor) at one half.
    taps = sinc_filter(4, lobes=8, dtype=torch.float64).sum((0, 1, 2))
    n = torch.arange(len(taps), dtype=torch.float64) - len(taps) // 2
    response = [(taps * (2 * math.pi * f * n).cos()).sum().item() for f in (0.06, 0.125, 0.19)]
    assert response == pytest.approx([1, 0.5, 0], abs=0.02)


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (lambda: gaussian_blur(0.0), "sigma"),
        (lambda: gaussian_blur(1.0, size=0), "size"),
        (lambda: motion_line(-1), "length"),
        (lambda: bicubic_filter(0.5), "factor"),
    ],
)
def test_arguments_out_of_range_are_named(make, argument: str) -> None:
    with pytest.raises(ArgumentError, match=f"`{argument}` must be"):
        make()


@pytest.mark.parametrize("size", [1, 7, 8, (4, 9)])
def test_many_gaussians_at_once_are_those_one_by_one(size: int | tuple[int, int]) -> None:
    along, across, angle = torch.tensor([[0.7, 2.0, 4.0], [0.7, 1.0, 0.9], [0.3, 1.2, 2.9]], dtype=torch.float64)
    many = gaussian_blurs(along, across, angle, size)
    for kernel, a, b, turn in zip(many, along, across, angle, strict=True):
        one = gaussian_blur((float(a), float(b)), math.degrees(float(turn)), size, torch.float64)
        torch.testing.assert_close(kernel[None], one, rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize("size", [(5, 7), (4, 6)])
def test_gaussian_kernels_have_gradients(size) -> None:
    wide, turn = torch.tensor([0.9, 1.7], dtype=torch.float64), torch.tensor([0.3, 1.1], dtype=torch.float64)
    parts = tuple(part.requires_grad_() for part in (wide, 1.5 * wide.detach(), turn))
    assert torch.autograd.gradcheck(lambda *args: gaussian_blurs(*args, size), parts)


def test_gaussian_kernels_are_traced_whole() -> None:
    one = torch.ones(1)
    traced = torch.compile(gaussian_blurs, fullgraph=True, backend="eager")
    torch.testing.assert_close(traced(one, 2 * one, one, 5), gaussian_blurs(one, 2 * one, one, 5))
