import pytest
import torch

from preimage.loss import EquivariantSplittingLoss, SplittingLoss
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting
from preimage.physics.generators import BernoulliSplittingMaskGenerator
from preimage.transform import Dihedral, Reflect, Shift
from tests.example import SEEN, Example, kernel, random
from tests.loss.draws import DRAWS, Recorder, assert_mean, evaluated

MASKS = BernoulliSplittingMaskGenerator((1, 4, 4), 0.6)
SIGMA = 0.3
COLOURS = BernoulliSplittingMaskGenerator((3, 6, 5), 0.6)

EXAMPLES = {
    EquivariantSplittingLoss: [
        Example(lambda: EquivariantSplittingLoss(COLOURS, Shift()), complex=True, physics=Denoising),
        Example(
            lambda: EquivariantSplittingLoss(COLOURS, Reflect()),
            physics=lambda: Inpainting(SEEN, GaussianNoise(0.1)),
        ),
    ]
}


@pytest.mark.parametrize("physics", [BlurFFT(kernel(3, 3).double()), Inpainting(random(4, 4) > 0.3)])
def test_its_mean_is_the_risk_of_what_is_held_back_and_the_noise(physics: BlurFFT | Inpainting) -> None:
    clean = physics.A(random(1, 1, 4, 4, seed=1).double()).expand(DRAWS, -1, -1, -1)
    y = torch.where(clean != 0, GaussianNoise(SIGMA).sample(clean, torch.Generator().manual_seed(1)), 0)
    model, moved = Recorder(), Dihedral()
    found = evaluated(EquivariantSplittingLoss(MASKS, moved), y, physics, model)
    rng = torch.Generator().manual_seed(0)
    MASKS.split(torch.ones_like(y, dtype=torch.bool), rng)
    params = moved.draw(DRAWS, rng)
    error = (physics.A(moved.transform(model.said[0], params)) - clean).square()
    held = (clean != 0) & (model.shown[0] == 0)
    count = held.flatten(1).sum(1)
    assert len(params.unique()) == 8
    assert_mean((found - (held * error).flatten(1).sum(1) / count)[count > 0], SIGMA**2)


def test_of_an_equivariant_network_it_is_splitting() -> None:
    y = random(5, 1, 4, 4).double()

    def model(y: torch.Tensor, physics: BlurFFT) -> torch.Tensor:
        return physics.solve_regularized(y, 0.3)

    physics = BlurFFT(kernel(3, 3).double())
    found = evaluated(EquivariantSplittingLoss(MASKS, Dihedral()), y, physics, model)
    torch.testing.assert_close(found, evaluated(SplittingLoss(MASKS), y, physics, model), atol=1e-8, rtol=1e-6)
