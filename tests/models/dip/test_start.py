import pytest
import torch

from preimage.errors import ArgumentError
from preimage.models import DeepImagePrior, UNetGenerator
from preimage.models.dip import Fit, LastStep, NoiseInput, StartFrom
from preimage.models.dip.seeds import seeded_generator
from preimage.physics import Denoising


def small():
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return UNetGenerator(2, 1, (3, 4))


def test_every_fit_starts_from_the_weights_and_changes_a_copy(rng):
    network, y = small().requires_grad_(False), torch.rand(2, 1, 8, 12, generator=rng)
    drawn = []
    prior = DeepImagePrior(StartFrom(network), NoiseInput(2), Fit(3, input_noise=0, precision="float32"), LastStep())
    prior.solve(y, Denoising(), [lambda step, state: drawn.append(state.last)])
    z = NoiseInput(2).make((2, 8, 12), y, seeded_generator(0, "input"))
    torch.testing.assert_close(drawn[0], network(z).expand_as(y))
    assert not torch.equal(drawn[2], drawn[0])
    for weight, before in zip(network.parameters(), small().parameters(), strict=True):
        assert torch.equal(weight, before)
        assert not weight.requires_grad


def test_a_network_for_other_channels_is_refused(rng):
    with pytest.raises(ArgumentError, match="2 channels of input and 3 of the image, got 2 and 1"):
        DeepImagePrior(StartFrom(small()), NoiseInput(2))(torch.rand(1, 3, 8, 8, generator=rng), Denoising())
