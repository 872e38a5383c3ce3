"""Rules of early stopping, against numpy and by hand."""

import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError
from preimage.fidelity import likelihood
from preimage.models.dip import DiscrepancyStop, HeldOut, LastStep, MovingVariance
from preimage.models.dip.data_term import PartialLikelihood
from preimage.models.dip.early_stopping import EarlyStopping, SeenStep
from preimage.physics import Denoising, GaussianNoise, Inpainting


def _follow(rule: EarlyStopping, scores: list[float]) -> tuple[list[int], int]:
    """The steps that were the best so far, and the step after which the rule stopped (0: never)."""
    judge, best = rule.judge(torch.Generator().manual_seed(0)), []
    for step, score in enumerate(scores, 1):
        judge.look(SeenStep(step, torch.zeros(1, 1, 2, 2), score))
        if judge.is_best:
            best.append(step)
        if judge.stops:
            return best, step
    return best, 0


def test_the_last_step_is_always_the_best() -> None:
    """And it never stops."""
    assert _follow(LastStep(), [3.0, 1.0, 2.0, 5.0]) == ([1, 2, 3, 4], 0)


def test_held_out_stops_when_patience_is_over() -> None:
    """The best is the least error; two steps without a better one are too many."""
    assert _follow(HeldOut(0.1, patience=2), [3.0, 2.0, 2.5, 1.0, 1.0, 1.5, 0.1]) == ([1, 2, 4], 6)


def test_the_discrepancy_principle_stops_at_its_level() -> None:
    """At the first step at the level or below."""
    assert _follow(DiscrepancyStop(0.9), [3.0, 1.0, 1.2, 0.8, 0.1]) == ([1, 2, 4], 4)


@pytest.mark.parametrize("pixels", [7, 1000])
def test_moving_variance_is_that_of_numpy(pixels: int, rng: torch.Generator) -> None:
    """The variance over the last four pictures, on average over pixels, whatever their number."""
    pictures = 0.3 + torch.randn(12, 1, 2, 5, 6, generator=rng)
    pictures = pictures.mean((2, 3, 4), keepdim=True).expand_as(pictures) if pixels < 60 else pictures
    judge = MovingVariance(4, 5, pixels).judge(torch.Generator().manual_seed(0))
    scores = []
    for step, picture in enumerate(pictures, 1):
        judge.look(SeenStep(step, picture, torch.nan))
        scores.append(judge.last)
    assert np.isnan(scores[:3]).all()
    truth = [pictures[k - 3 : k + 1].double().numpy().var(0).mean() for k in range(3, 12)]
    np.testing.assert_allclose(scores[3:], truth, rtol=1e-9)


def test_before_there_are_scores_the_newest_is_the_best() -> None:
    """A run that ends before a window is full has its last average as result."""
    judge = MovingVariance(4, 5).judge(torch.Generator().manual_seed(0))
    for step in (1, 2, 3):
        judge.look(SeenStep(step, torch.rand(1, 1, 2, 2), torch.nan))
        assert judge.is_best


def test_measures_of_the_average(rng: torch.Generator) -> None:
    """Discrepancy and held-out error are what their definitions say."""
    y, x = torch.rand(2, 1, 8, 8, generator=rng), torch.rand(2, 1, 8, 8, generator=rng)
    physics = Denoising(GaussianNoise(0.2))
    measured = DiscrepancyStop().measure(likelihood(physics, y), x)
    torch.testing.assert_close(measured, (x - y).square().mean((1, 2, 3)) / 0.04)
    partial = PartialLikelihood.draw(physics, y, 0.25, seed=0)
    held = partial.held.expand_as(y)
    expected = torch.stack([(x - y)[i][held[i]].square().mean() for i in range(2)])
    torch.testing.assert_close(HeldOut(0.25).measure(partial, x), expected)


def test_measures_are_of_the_pixels_seen(rng: torch.Generator) -> None:
    """What is hidden is neither fitted nor predicted."""
    mask = (torch.rand(1, 1, 40, 40, generator=rng) > 0.5).float()
    physics, x = Inpainting(mask, GaussianNoise(0.2)), torch.rand(2, 1, 40, 40, generator=rng)
    y = mask * physics(x, rng)
    measured = DiscrepancyStop().measure(likelihood(physics, y), x)
    torch.testing.assert_close(measured, (mask * (x - y)).square().sum((1, 2, 3)) / mask.sum() / 0.04)
    torch.testing.assert_close(measured, torch.ones(2), rtol=0, atol=0.1)
    partial = PartialLikelihood.draw(physics, torch.where(mask > 0, y, 7.0), 0.25, seed=0)
    held = (partial.held & (mask > 0)).expand_as(y)
    expected = torch.stack([(x - y)[i][held[i]].square().mean() for i in range(2)])
    torch.testing.assert_close(HeldOut(0.25).measure(partial, x), expected)
    torch.testing.assert_close(partial(x), likelihood(physics.replace(mask=mask * ~partial.held), y)(x))


@pytest.mark.parametrize(
    "make",
    [
        lambda: HeldOut(0.0),
        lambda: HeldOut(0.1, 0),
        lambda: MovingVariance(1),
        lambda: MovingVariance(10, 0),
        lambda: DiscrepancyStop(0.0),
    ],
)
def test_refuses_what_makes_no_sense(make: object) -> None:
    """With the argument's name."""
    with pytest.raises(ArgumentError, match="must be"):
        make()  # pyright: ignore
