import torch

from preimage.physics import Denoising, GaussianNoise, NoNoise, PoissonGaussianNoise
from preimage.training.recipes.ram.problem import Noises, integer, uniform, with_noises


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def test_levels_stay_in_their_ranges_and_count_in_units_of_the_measurement():
    law = Noises(sigma=0.2, power=2.0, none=0.25, gain=(0.01, 0.1), photons=0.0)
    sigma, gain = law.draw(4000, 10.0, True, rng())
    assert float(sigma.max()) <= 2.0
    assert not gain.any()
    assert 0.2 < float((sigma == 0).float().mean()) < 0.3
    # u^2 of uniform numbers is below a quarter half of the time.
    assert 0.45 < float((sigma[sigma > 0] < 0.5).float().mean()) < 0.55
    sigma, gain = Noises(gain=(0.01, 0.1), photons=1.0).draw(400, 10.0, True, rng())
    assert float(sigma.min()) > 0
    assert 0.1 <= float(gain.min()) < float(gain.max()) <= 1.0
    assert not Noises(photons=1.0).draw(9, 1.0, False, rng())[1].any()


def test_the_noise_is_the_simplest_that_was_drawn():
    sigma, none = torch.tensor([0.1, 0.0]), torch.zeros(2)
    assert isinstance(with_noises(Denoising(), sigma, none).noise, GaussianNoise)
    assert isinstance(with_noises(Denoising(), none, none).noise, NoNoise)
    assert isinstance(with_noises(Denoising(), sigma + 0.1, sigma + 0.1).noise, PoissonGaussianNoise)


def test_numbers():
    drawn = {integer(rng(seed), 3) for seed in range(40)}
    assert drawn == {0, 1, 2}
    values = uniform(rng(), 2.0, 3.0, 100)
    assert 2 <= float(values.min()) < 2.1 < 2.9 < float(values.max()) < 3
