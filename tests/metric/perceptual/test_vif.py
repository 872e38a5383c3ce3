import numpy as np
import pytest
import torch
from scipy.signal import convolve2d

from preimage.errors import ArgumentError
from preimage.metric import VIF
from tests.example import Example
from tests.metric.waves import waves

EXAMPLES = {VIF: [Example(VIF, shape=(2, 3, 41, 42)), Example(lambda: VIF(2.0, 1.0), shape=(2, 1, 44, 41))]}

# piq 0.8.0 on torch 2.13.0, vif_p(*waves(*shape), data_range=1.0, reduction="none")
PIQ = {(1, 64, 80): 0.2226708678435175, (3, 61, 47): 0.2088588695743306, (3, 64, 80): 0.22426856333068082}


@pytest.mark.parametrize("shape", PIQ)
def test_agrees_with_piq(shape: tuple[int, int, int]) -> None:
    assert VIF()(*waves(*shape)).tolist() == pytest.approx([PIQ[shape]], abs=1e-8)


def test_agrees_with_torchmetrics_where_there_is_one_channel() -> None:
    """Which takes values up to 255 for granted, and averages the channels."""
    import torchmetrics.functional.image as reference

    x_hat, x = waves(1, 50, 60)
    theirs = reference.visual_information_fidelity(255 * x_hat, 255 * x, reduction="none")
    torch.testing.assert_close(VIF()(x_hat, x), theirs, atol=1e-8, rtol=0)


def test_the_definition() -> None:
    """The sums over four scales, by dense convolutions."""
    kept = there = 0.0
    a, b = (255 * image[0, 0].numpy() for image in waves(1, 47, 52))
    for taps in (17, 9, 5, 3):
        line = np.exp(-0.5 * ((np.arange(taps) - taps // 2) / (taps / 5)) ** 2)
        window = np.outer(line, line) / line.sum() ** 2
        if taps < 17:
            a, b = (convolve2d(image, window, "valid")[::2, ::2] for image in (a, b))
        mean_a, mean_b, aa, bb, ab = (convolve2d(p, window, "valid") for p in (a, b, a * a, b * b, a * b))
        truth, covariance = bb - mean_b**2, ab - mean_a * mean_b
        gain = np.maximum(covariance / truth, 0)
        rest = aa - mean_a**2 - gain * covariance
        kept += np.log(1 + gain**2 * truth / (rest + 2)).sum()
        there += np.log(1 + truth / 2).sum()
    assert float(VIF()(*waves(1, 47, 52))) == pytest.approx(kept / there, abs=1e-9)


def test_more_contrast_than_the_truth_is_more_than_one() -> None:
    x = waves(1, 41, 41)[1]
    assert float(VIF()(0.5 + 1.2 * (x - 0.5), x)) > 1


def test_a_constant_truth_has_no_score() -> None:
    x_hat, x = waves(1, 41, 41)
    scores = VIF()(torch.cat([x_hat, x_hat]), torch.cat([torch.full_like(x, 0.3), x]))
    assert scores.isnan().tolist() == [True, False]


def test_gradient() -> None:
    x_hat, x = waves(1, 41, 42)
    assert torch.autograd.gradcheck(lambda image: VIF()(image, x), x_hat.requires_grad_(), fast_mode=True)


def test_numbers_are_positive() -> None:
    with pytest.raises(ArgumentError, match="`data_range` must be positive"):
        VIF(0.0)
    with pytest.raises(ArgumentError, match="`noise` must be positive"):
        VIF(noise=-1.0)
