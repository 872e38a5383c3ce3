import pytest
import torch

from preimage.errors import ArgumentError
from preimage.loss import Noise2Self
from preimage.physics import BlurFFT, CorrelatedGaussianNoise, Denoising, GaussianNoise, Inpainting
from tests.example import SEEN, Example, kernel, random
from tests.loss.draws import DRAWS, Recorder, assert_mean, evaluated, mean_gap, smooth

EXAMPLES = {
    Noise2Self: [
        Example(Noise2Self, complex=True, physics=lambda: Denoising(GaussianNoise(0.1))),
        Example(lambda: Noise2Self(3), physics=lambda: Inpainting(SEEN)),
        Example(lambda: Noise2Self(2), shape=(2, 1, 3, 5, 4), physics=Denoising),
    ]
}

SIGMA = 0.3
X = random(1, 1, 5, 6, seed=1).double()


def excess(y: torch.Tensor, clean: torch.Tensor, physics: Denoising | BlurFFT, model: Recorder) -> torch.Tensor:
    """The loss minus the risk of the pixels that were replaced."""
    found = evaluated(Noise2Self(), y, physics, model)
    judged = model.shown[0] != y
    risk = (judged * (physics.A(model.said[0]) - clean).square()).flatten(1).sum(1) / judged.flatten(1).sum(1)
    return found - risk


@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize("physics", [Denoising(), BlurFFT(kernel(3, 3).double())])
def test_its_mean_is_the_risk_of_the_grid_and_the_noise(physics: Denoising, linear: bool) -> None:
    clean = physics.A(X).expand(DRAWS, -1, -1, -1)
    y = GaussianNoise(SIGMA).sample(clean, torch.Generator().manual_seed(1))
    assert_mean(excess(y, clean, physics, Recorder(smooth if linear else None)), SIGMA**2)


def test_correlated_noise_breaks_it() -> None:
    clean = X.expand(DRAWS, -1, -1, -1)
    noise = CorrelatedGaussianNoise(torch.ones(3, 3).double(), SIGMA)
    y = noise.sample(clean, torch.Generator().manual_seed(1))
    assert mean_gap(excess(y, clean, Denoising(), Recorder(smooth)), float((y - clean).square().mean())) < -30


def test_every_place_is_drawn() -> None:
    y = random(200, 1, 8, 8).double()
    model = Recorder(smooth)
    evaluated(Noise2Self(), y, Denoising(), model)
    judged = model.shown[0] != y
    assert judged.flatten(1).sum(1).tolist() == [4] * 200
    assert judged.any(0).all()


def test_small_images_and_wrong_cells() -> None:
    assert evaluated(Noise2Self(), random(50, 1, 1, 2), Denoising(), lambda y, physics: y * 0).gt(0).all()
    with pytest.raises(ArgumentError, match="`cell` must be at least 2"):
        Noise2Self(1)
