import math

import pytest
import torch

from preimage.errors import ShapeError
from preimage.metric import SharpnessIndex
from preimage.metric.blind.sharpness_index import (
    periodic_spectrum,
    standard_deviations_below,
    variation_of_random_phases,
)
from tests.metric.waves import waves


def test_mean_and_variance_are_those_of_draws(rng: torch.Generator) -> None:
    """20,000 convolutions with white noise."""
    u = torch.rand(1, 6, 9, generator=rng, dtype=torch.float64)
    noise = torch.randn(20_000, 6, 9, generator=rng, dtype=torch.float64) / math.sqrt(54)
    drawn = torch.fft.ifft2(torch.fft.fft2(u) * torch.fft.fft2(noise)).real
    variation = (drawn.roll(-1, 1) - drawn).abs().sum((1, 2)) + (drawn.roll(-1, 2) - drawn).abs().sum((1, 2))
    mean, deviation = variation_of_random_phases(u)
    error = float(variation.std()) / math.sqrt(len(variation))
    assert abs(float(mean) - float(variation.mean())) < 3 * error
    assert float(deviation) == pytest.approx(float(variation.std()), rel=0.03)
    below = standard_deviations_below(u)
    own = (u.roll(-1, 1) - u).abs().sum() + (u.roll(-1, 2) - u).abs().sum()
    torch.testing.assert_close(below, (mean - own) / deviation)


def test_the_periodic_component_has_the_laplacian_of_the_inside() -> None:
    """And the mean of the image: that is its definition."""
    u = waves(1, 7, 10)[1][0]
    p = torch.fft.ifft2(periodic_spectrum(u)).real
    wrapped = sum(p.roll(step, axis) - p for step in (1, -1) for axis in (1, 2))
    inside = torch.zeros_like(u)
    inside[:, 1:] += u[:, :-1] - u[:, 1:]
    inside[:, :-1] += u[:, 1:] - u[:, :-1]
    inside[:, :, 1:] += u[:, :, :-1] - u[:, :, 1:]
    inside[:, :, :-1] += u[:, :, 1:] - u[:, :, :-1]
    torch.testing.assert_close(wrapped, inside)
    assert float(p.mean()) == pytest.approx(float(u.mean()))


def test_the_logarithm_of_a_probability() -> None:
    u = waves(1, 12, 14)[1]
    below = float(standard_deviations_below(torch.fft.ifft2(periodic_spectrum(u[:, 0])).real))
    want = -math.log10(0.5 * math.erfc(below / math.sqrt(2)))
    assert float(SharpnessIndex(dequantized=False)(u)) == pytest.approx(want, rel=1e-9)


def test_edges_are_sharp_and_blur_and_random_phases_are_not(rng: torch.Generator) -> None:
    disc = (torch.linspace(-1, 1, 48)[:, None] ** 2 + torch.linspace(-1, 1, 48) ** 2 < 0.4).float()[None, None]
    blurred = torch.nn.functional.avg_pool2d(disc, 5, 1)
    spectrum = torch.fft.fft2(torch.rand(1, 1, 48, 48, generator=rng))
    random = torch.fft.ifft2(torch.fft.fft2(disc).abs() * spectrum / spectrum.abs()).real
    sharp, soft, none = (float(SharpnessIndex()(image)) for image in (disc, blurred, random))
    assert sharp > 30
    assert 30 > soft > 2 > none


def test_one_value_per_image_whatever_the_batch_the_unit_and_the_precision() -> None:
    batch = torch.cat(waves(3, 20, 25))
    for metric in (SharpnessIndex(), SharpnessIndex(dequantized=False)):
        scores = metric(batch)
        torch.testing.assert_close(torch.cat([metric(image[None]) for image in batch]), scores)
        torch.testing.assert_close(metric(255 * batch + 3), scores)
        torch.testing.assert_close(metric(batch.float()).double(), scores, rtol=1e-4, atol=1e-4)
        assert metric(batch[:0]).shape == (0,)
    assert SharpnessIndex()(torch.ones(1, 1, 8, 8)).tolist() == [0.0]


def test_gradient() -> None:
    image = waves(1, 9, 8)[0].requires_grad_()
    assert torch.autograd.gradcheck(SharpnessIndex(), image, fast_mode=True)


def test_complex_images_are_refused() -> None:
    with pytest.raises(ShapeError, match="must be real"):
        SharpnessIndex()(torch.ones(1, 1, 8, 8) + 0j)
