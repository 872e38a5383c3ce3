import math

import pytest
import torch
import torch.nn.functional as F

from preimage.degradations import BlurStep, DecimationStep, DrawnBlur, DrawnDecimation, Pair, SincStep
from preimage.degradations.border import mirrored
from preimage.degradations.kernels import decimation_kernel, sinc_kernel
from preimage.errors import ArgumentError


def slide(x: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """Each channel of ``x`` convolved, where the kernel lies inside."""
    return F.conv2d(x.flatten(0, 1)[:, None], kernel.flip(2, 3)).reshape(*x.shape[:2], *_valid(x, kernel))


def _valid(x: torch.Tensor, kernel: torch.Tensor) -> tuple[int, int]:
    return x.shape[2] - kernel.shape[2] + 1, x.shape[3] - kernel.shape[3] + 1


def test_ranges_are_kept_and_round_kernels_are_round(rng: torch.Generator) -> None:
    drawn = [
        one
        for _ in range(100)
        for one in BlurStep((1.0, 4.0), 0.5, variances=True, size=(7, 11)).draw(rng)
        if isinstance(one, DrawnBlur)
    ]
    assert {one.size for one in drawn} == {7, 9, 11}
    assert all(1 <= one.along <= 4 for one in drawn)
    turned = [one for one in drawn if one.along != one.across]
    assert 30 < len(turned) < 70
    assert all(max(one.along, one.across) <= 2 and 0 <= one.angle < math.pi for one in turned)


def test_a_blur_is_the_convolution_with_its_kernel() -> None:
    x = torch.rand(2, 3, 6, 9, dtype=torch.float64)
    for drawn in (DrawnBlur("gaussian", 9, 2.0, 1.0, 0.5), DrawnBlur("sinc", 7, cutoff=2.0)):
        blurred = drawn.apply(Pair(x, x))
        expected = slide(mirrored(x, drawn.size // 2), drawn.kernel())
        torch.testing.assert_close(blurred.degraded, expected)
        assert blurred.clean is x
    assert torch.equal(DrawnBlur("sinc", 7, cutoff=2.0).kernel(), sinc_kernel(7, 2.0))


def test_tiny_pictures_are_blurred_by_large_kernels() -> None:
    x = torch.full((1, 1, 1, 2), 0.25)
    torch.testing.assert_close(DrawnBlur("plateau", 25, 3.0, 3.0, 0.0, 1.5).apply(Pair(x, x)).degraded, x)


def test_a_decimation_blurs_and_takes_every_second_sample() -> None:
    x = torch.rand(1, 2, 9, 8, dtype=torch.float64)
    small = DrawnDecimation(2, 0.8).apply(Pair(x, x)).degraded
    expected = slide(mirrored(x, 12), decimation_kernel(25, 0.8, 2))[..., ::2, ::2]
    torch.testing.assert_close(small, expected)
    (drawn,) = DecimationStep(3, (0.5, 0.5)).draw(torch.Generator())
    assert drawn == DrawnDecimation(3, 0.5)


def test_rings_are_drawn_within_their_cutoffs(rng: torch.Generator) -> None:
    for _ in range(20):
        (drawn,) = SincStep((1.0, 2.0), (7, 9)).draw(rng)
        assert isinstance(drawn, DrawnBlur)
        assert 1 <= drawn.cutoff <= 2
        assert drawn.size in (7, 9)


def test_wrong_ranges_are_refused() -> None:
    for wrong in (lambda: BlurStep((2.0, 1.0)), lambda: BlurStep((1.0, 2.0), size=(6, 8)), lambda: DrawnBlur("box", 3)):  # pyright: ignore[reportArgumentType]
        with pytest.raises(ArgumentError):
            wrong()
