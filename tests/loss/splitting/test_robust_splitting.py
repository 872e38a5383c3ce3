import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.loss import RobustSplitAverage, RobustSplittingLoss
from preimage.physics import CompressedSensing, GaussianNoise, Inpainting, PhaseRetrieval
from preimage.physics.generators import BernoulliSplittingMaskGenerator
from preimage.testing.loss import SmallModel
from tests.example import SEEN, Example, random
from tests.loss.draws import DRAWS, Recorder, assert_mean, evaluated, smooth

P = torch.linspace(0.2, 1.0, 30).view(6, 5)
Q = torch.tensor(0.6)
COLOUR = BernoulliSplittingMaskGenerator((3, 6, 5), 0.6)
MASKS = BernoulliSplittingMaskGenerator((1, 6, 5), 0.6)
SIGMA = 0.3
X = random(1, 1, 6, 5, seed=1).double().expand(DRAWS, -1, -1, -1)

EXAMPLES = {
    RobustSplittingLoss: [
        Example(lambda: RobustSplittingLoss(COLOUR, P, Q, 0.1), physics=lambda: Inpainting(SEEN, GaussianNoise(0.1)))
    ],
    RobustSplitAverage: [
        Example(
            lambda: RobustSplitAverage(SmallModel(), COLOUR, 0.1, 0.7, 3),
            physics=lambda: Inpainting(SEEN, GaussianNoise(0.1)),
        )
    ],
}


@pytest.mark.parametrize("alpha", [0.7, 1.5])
@pytest.mark.parametrize("linear", [True, False])
def test_its_mean_is_the_risk_of_the_corrected_estimate_and_the_noise(linear: bool, alpha: float) -> None:
    rng = torch.Generator().manual_seed(2)
    mask = torch.rand(X.shape, generator=rng, dtype=torch.float64) < P
    physics = Inpainting(mask.double(), GaussianNoise(SIGMA))
    y = torch.where(mask, GaussianNoise(SIGMA).sample(X, rng), 0)
    model = Recorder(smooth if linear else None)
    found = evaluated(RobustSplittingLoss(MASKS, P, Q, SIGMA, alpha), y, physics, model)
    kept = model.shown[0] != 0
    c = 1 + alpha**-2
    corrected = torch.where(kept, c * model.said[0] - model.shown[0] / alpha**2, model.said[0])
    risk = (corrected - X).square().flatten(1).mean(1)
    noise = SIGMA**2 * float((1 - P * Q + c * P * Q).mean())
    assert_mean(found - risk, noise)


def test_the_correction_at_test_time() -> None:
    y = random(2, 1, 6, 5).double()
    model = Recorder(smooth)
    found = RobustSplitAverage(model, MASKS, SIGMA, 0.7, 3)(y, Inpainting(torch.ones(6, 5).double()))
    expected = [
        torch.where(z != 0, (1 + 0.7**-2) * x - z / 0.7**2, x) for x, z in zip(model.said, model.shown, strict=True)
    ]
    torch.testing.assert_close(found, torch.stack(expected).mean(0))
    noise = torch.stack([torch.where(z != 0, z - y, 0) for z in model.shown])
    assert 0.5 < float(noise[noise != 0].std()) / (0.7 * SIGMA) < 2


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match="`alpha` must be positive"):
        RobustSplittingLoss(MASKS, P, Q, SIGMA, 0.0)
    with pytest.raises(ArgumentError, match="`sigma` must be positive"):
        RobustSplitAverage(smooth, MASKS, 0.0)
    with pytest.raises(ShapeError, match="one tensor for RobustSplitAverage"):
        RobustSplitAverage(smooth, MASKS, SIGMA)((torch.zeros(1), torch.zeros(1)), Inpainting(torch.eye(2)))
    squares = PhaseRetrieval(CompressedSensing(random(30, 4), (1, 2, 2)))
    with pytest.raises(CapabilityError, match="must be linear"):
        RobustSplitAverage(smooth, BernoulliSplittingMaskGenerator((30,), 0.5, pixelwise=False), SIGMA)(
            random(1, 30), squares
        )
