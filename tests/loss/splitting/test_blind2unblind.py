import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.loss import Blind2Unblind, BlindSpot, Ramp, SupLoss, VisibleBlindSpot
from preimage.physics import CorrelatedGaussianNoise, Denoising, GaussianNoise, Inpainting
from preimage.testing.loss import SmallModel
from tests.example import Example, random
from tests.loss.draws import DRAWS, assert_mean, evaluated, mean_gap, smooth

EXAMPLES = {
    Blind2Unblind: [
        Example(Blind2Unblind, complex=True, physics=lambda: Denoising(GaussianNoise(0.1))),
        Example(lambda: Blind2Unblind(Ramp(2.0, 20.0, 4, 10), 0.5, 4), shape=(2, 1, 3, 5, 4), physics=Denoising),
    ],
    VisibleBlindSpot: [Example(lambda: VisibleBlindSpot(SmallModel()), physics=lambda: Denoising(GaussianNoise(0.1)))],
}

SIGMA = 0.3
X = random(1, 1, 4, 5, seed=1).double().expand(DRAWS, -1, -1, -1)


def parts(y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return BlindSpot(smooth, 2)(y, Denoising()), smooth(y, Denoising())


def test_it_is_its_formula() -> None:
    y = GaussianNoise(SIGMA).sample(X[:3], torch.Generator().manual_seed(1))
    blind, visible = parts(y)
    expected = (blind + 2 * visible - 3 * y).square() + 0.5 * (blind - y).square()
    found = evaluated(Blind2Unblind(2.0, 0.5), y, Denoising(), smooth)
    torch.testing.assert_close(found, expected.flatten(1).mean(1))


def slopes(y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The gradient of each draw's loss with respect to a factor of the network, and that of the clean image."""
    factor = torch.ones(len(y), 1, 1, 1, dtype=torch.float64, requires_grad=True)
    loss = evaluated(Blind2Unblind(), y, Denoising(), lambda y, physics: factor * torch.tanh(smooth(y, physics)))
    found = torch.autograd.grad(loss.sum(), factor)[0].flatten()
    blind = BlindSpot(lambda y, physics: torch.tanh(smooth(y, physics)), 2)(y, Denoising())
    visible = torch.tanh(smooth(y, Denoising()))
    clean = 2 * blind * (blind + 2 * visible - 3 * X + (blind - X))
    return found, clean.flatten(1).mean(1)


def test_its_mean_gradient_is_that_of_the_clean_image() -> None:
    found, clean = slopes(GaussianNoise(SIGMA).sample(X, torch.Generator().manual_seed(1)))
    assert_mean(found - clean)
    assert abs(mean_gap(found)) > 10


def test_correlated_noise_breaks_it() -> None:
    noise = CorrelatedGaussianNoise(torch.ones(3, 3).double(), SIGMA)
    found, clean = slopes(noise.sample(X, torch.Generator().manual_seed(1)))
    assert mean_gap(found - clean) < -10


def test_the_weight_may_follow_the_steps() -> None:
    loss = Blind2Unblind(Ramp(2.0, 20.0, 4, 10))
    assert [loss.at(step).weight for step in (0, 4, 7, 10, 99)] == [2, 2, 11, 20, 20]
    y = X[:2]
    torch.testing.assert_close(
        evaluated(loss, y, Denoising(), smooth), evaluated(Blind2Unblind(2.0), y, Denoising(), smooth)
    )
    assert (SupLoss() + loss).at(10).losses[1].weight == 20


def test_the_combination_at_test_time() -> None:
    blind, visible = parts(X[:2])
    torch.testing.assert_close(VisibleBlindSpot(smooth, 4.0)(X[:2], Denoising()), (blind + 4 * visible) / 5)


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match="`weight` must be positive"):
        Blind2Unblind(Ramp(0.0, 20.0, 0, 10))
    with pytest.raises(ArgumentError, match="`eta` must be at least 0"):
        Blind2Unblind(2.0, -1.0)
    with pytest.raises(CapabilityError, match="must be Denoising for Blind2Unblind"):
        evaluated(Blind2Unblind(), torch.zeros(1, 1, 2, 2), Inpainting(torch.eye(2)), smooth)
    with pytest.raises(CapabilityError, match="must be Denoising for VisibleBlindSpot"):
        VisibleBlindSpot(smooth)(torch.zeros(1, 1, 2, 2), Inpainting(torch.eye(2)))
