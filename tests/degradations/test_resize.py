import pytest
import torch
import torch.nn.functional as F

from preimage.degradations import DrawnResize, DrawnResizeTo, Pair, ResizeStep, ResizeToStep
from preimage.degradations.resize import Interpolation, resized
from preimage.errors import ArgumentError
from preimage.physics import DownsamplingMatlab


def test_area_is_the_mean_over_the_square_of_each_pixel() -> None:
    x = torch.rand(1, 2, 12, 9, dtype=torch.float64)
    torch.testing.assert_close(resized(x, (4, 3), "area"), F.avg_pool2d(x, 3))
    fine = x.repeat_interleave(5, 2).repeat_interleave(7, 3)  # 60 x 63: whole blocks of 12 x 9
    torch.testing.assert_close(resized(x, (5, 7), "area"), F.avg_pool2d(fine, (12, 9)))


def test_interpolation_by_its_definition() -> None:
    ramp = torch.arange(8.0, dtype=torch.float64).expand(1, 1, 1, 8)
    inner = (torch.arange(4.0, dtype=torch.float64) + 0.5) * 2 - 0.5
    for mode in ("bilinear", "bicubic"):
        torch.testing.assert_close(resized(ramp, (1, 4), mode)[0, 0, 0, 1:3], inner[1:3])
    assert resized(ramp, (1, 4), "nearest")[0, 0, 0].tolist() == [1, 3, 5, 7]


def test_antialiased_is_the_stretched_cubic_away_from_the_border() -> None:
    x = torch.rand(1, 1, 24, 24, dtype=torch.float64)
    torch.testing.assert_close(
        resized(x, (12, 12), "antialiased")[..., 3:-3, 3:-3], DownsamplingMatlab(2).A(x)[..., 3:-3, 3:-3]
    )


@pytest.mark.parametrize("mode", ["nearest", "bilinear", "bicubic", "area", "antialiased"])
def test_constants_stay_and_the_size_is_as_asked(mode: Interpolation) -> None:
    x = torch.full((2, 3, 5, 1), 0.3)
    for scale, size in ((0.1, (1, 1)), (0.5, (2, 1)), (1.7, (8, 2))):
        small = DrawnResize(scale, mode).apply(Pair(x, x))
        assert small.degraded.shape[-2:] == size
        assert small.clean is x
        torch.testing.assert_close(small.degraded, torch.full_like(small.degraded, 0.3))


def test_both_pictures_are_resized_where_that_is_not_to_be_undone() -> None:
    x = torch.rand(1, 1, 8, 10)
    pair = DrawnResize(0.5, "area", both=True).apply(Pair(x, x))
    assert pair.clean.shape == pair.degraded.shape == (1, 1, 4, 5)
    assert DrawnResize(0.5, both=True).zoom == 0.5
    assert DrawnResize(0.5).zoom == 1


def test_the_size_of_the_clean_picture_decides() -> None:
    x = torch.rand(1, 1, 12, 8)
    assert DrawnResizeTo(4).apply(Pair(x[..., :5, :5], x)).degraded.shape == (1, 1, 3, 2)


def test_factors_are_drawn_from_their_ranges(rng: torch.Generator) -> None:
    step = ResizeStep(up=(1.0, 1.5), down=(0.15, 1.0), weights=(0.2, 0.7, 0.1))
    scales = [one.scale for _ in range(300) for one in step.draw(rng) if isinstance(one, DrawnResize)]
    assert min(scales) >= 0.15
    assert max(scales) <= 1.5
    assert 35 < sum(scale > 1 for scale in scales) < 90
    assert 10 < 300 - len(scales) < 55
    inverse = ResizeStep(down=(0.125, 1.0), weights=(0.0, 1.0, 0.0), inverse=True)
    factors = [1 / one.scale for _ in range(300) for one in inverse.draw(rng) if isinstance(one, DrawnResize)]
    assert abs(sum(factors) / 300 - 4.5) < 0.4  # uniform in 1..8
    (to,) = ResizeToStep(4, ResizeStep(down=(0.5, 0.5), weights=(0.0, 1.0, 0.0))).draw(rng)
    assert isinstance(to, DrawnResizeTo)
    assert to.factor == 8


def test_wrong_arguments_are_refused() -> None:
    for wrong in (lambda: DrawnResize(0.0), lambda: ResizeStep(up=(2.0, 1.0)), lambda: DrawnResizeTo(2, "cubic")):  # pyright: ignore[reportArgumentType]
        with pytest.raises(ArgumentError):
            wrong()
