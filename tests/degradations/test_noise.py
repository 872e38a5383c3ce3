import pytest
import torch

from preimage.degradations import (
    DrawnGaussian,
    DrawnPoisson,
    DrawnSpeckle,
    GaussianNoiseStep,
    Pair,
    PoissonNoiseStep,
    SpeckleStep,
)
from preimage.errors import ArgumentError, ShapeError

FLAT = torch.full((2, 3, 64, 64), 0.5, dtype=torch.float64)


def noise(step: DrawnGaussian | DrawnPoisson | DrawnSpeckle, image: torch.Tensor = FLAT) -> torch.Tensor:
    return step.apply(Pair(image, image)).degraded - image


def test_levels_are_as_drawn() -> None:
    assert float(noise(DrawnGaussian(0.1, 1)).std()) == pytest.approx(0.1, rel=0.02)
    assert float(noise(DrawnSpeckle(0.1, 1)).std()) == pytest.approx(0.05, rel=0.02)
    assert float(noise(DrawnPoisson(0.02, 1)).std()) == pytest.approx(0.1, rel=0.02)
    assert float(noise(DrawnPoisson(0.02, 1, strength=0.5)).std()) == pytest.approx(0.05, rel=0.02)


def test_grey_noise_is_the_same_in_all_colours() -> None:
    for step in (DrawnGaussian(0.1, 1, grey=True), DrawnSpeckle(0.1, 1, grey=True), DrawnPoisson(0.02, 1, grey=True)):
        red, green, blue = noise(step).unbind(1)
        torch.testing.assert_close(red, green)
        torch.testing.assert_close(red, blue)
        assert float(red.std()) > 0.04


def test_correlated_noise_has_its_covariance() -> None:
    matrix = ((0.1, 0.0, 0.0), (0.05, 0.02, 0.0), (0.0, -0.04, 0.01))
    drawn = noise(DrawnGaussian(0.0, 3, mixture=matrix)).transpose(0, 1).flatten(1)
    wanted = torch.tensor(matrix, dtype=torch.float64)
    torch.testing.assert_close(torch.cov(drawn), wanted @ wanted.T, rtol=0, atol=3e-4)
    grey = noise(DrawnGaussian(0.0, 3, mixture=matrix), FLAT[:, :1])
    assert float(grey.var()) == pytest.approx(float((wanted @ wanted.T).trace() / 3), rel=0.05)
    with pytest.raises(ShapeError, match="grey or RGB"):
        noise(DrawnGaussian(0.0, 3, mixture=matrix), FLAT[:, :2])


def test_samples_have_noise_of_their_own_and_seeds_give_it_again() -> None:
    first = noise(DrawnGaussian(0.1, 5))
    assert torch.equal(first, noise(DrawnGaussian(0.1, 5)))
    assert not torch.equal(first, noise(DrawnGaussian(0.1, 6)))
    assert not torch.equal(first[0], first[1])
    assert torch.equal(noise(DrawnPoisson(0.1, 5), FLAT[:1]), noise(DrawnPoisson(0.1, 5))[:1])


def test_numbers_are_drawn_from_their_ranges(rng: torch.Generator) -> None:
    drawn = [
        one for _ in range(200) for one in GaussianNoiseStep((5.0, 10.0)).draw(rng) if isinstance(one, DrawnGaussian)
    ]
    assert all(5 <= 255 * one.level <= 10 for one in drawn)
    assert 50 < sum(one.grey for one in drawn) < 110
    assert 15 < sum(bool(one.mixture) for one in drawn) < 70
    mixtures = torch.tensor([one.mixture for one in drawn if one.mixture])
    assert 0 < float((255 * mixtures.square().sum((1, 2)).sqrt()).max()) <= 10 * 3**0.5 + 1e-4
    assert all(isinstance(one, DrawnSpeckle) for one in SpeckleStep().draw(rng))
    counted = [one for _ in range(50) for one in PoissonNoiseStep().draw(rng) if isinstance(one, DrawnPoisson)]
    assert all(1e-4 <= one.gain <= 1e-2 and one.strength == 1 for one in counted)
    assert len({one.seed for one in counted}) == 50


def test_wrong_numbers_are_refused() -> None:
    for wrong in (
        lambda: GaussianNoiseStep((5.0, 2.0)),
        lambda: GaussianNoiseStep(weights=(0.0, 0.0, 0.0)),
        lambda: DrawnGaussian(-1.0, 0),
        lambda: PoissonNoiseStep((0.0, 1.0)),
    ):
        with pytest.raises(ArgumentError):
            wrong()
