import pytest
import torch

from preimage.denoisers import AnscombeDenoiser, Denoiser, WaveletDenoiser
from preimage.errors import ArgumentError
from tests.example import Example

EXAMPLES = {
    AnscombeDenoiser: [
        Example(lambda: AnscombeDenoiser(WaveletDenoiser("db2", 2), 0.01), shape=(2, 3, 9, 11)),
    ],
}


class Mean(Denoiser):
    """The mean of each image: the best there is where an image is of one value."""

    def forward(self, x, sigma):
        return x.mean((2, 3), keepdim=True).expand_as(x)


class Told(Denoiser):
    """Keeps the levels that it is told and the noise that it is given."""

    def __init__(self):
        super().__init__()
        self.levels = []

    def forward(self, x, sigma):
        self.levels.append((torch.as_tensor(sigma), x.flatten(1).std(1)))
        return x


def light(x, gain, sigma, rng):
    return gain * torch.poisson(x / gain, rng) + sigma * torch.randn(x.shape, generator=rng, dtype=x.dtype)


@pytest.mark.parametrize(
    ("value", "gain", "sigma"), [(0.5, 0.01, 0.0), (0.1, 0.02, 0.02), (0.9, 0.3, 0.1), (0.8, 1e-4, 0)]
)
def test_the_mean_comes_back_without_bias(value, gain, sigma, rng):
    x = torch.full((1, 1, 600, 600), value, dtype=torch.float64)
    y = light(x, gain, sigma, rng)
    found = float(AnscombeDenoiser(Mean(), gain)(y, sigma).mean())
    assert found == pytest.approx(value, abs=0.02 * gain + 4 * float(y.std()) / 600)


def test_the_noise_that_the_denoiser_sees_is_what_it_is_told(rng):
    x = torch.cat([torch.full((1, 1, 200, 200), value, dtype=torch.float64) for value in (0.2, 0.8)])
    y, told = light(x, 0.01, 0.01, rng), Told()
    AnscombeDenoiser(told, 0.01)(y, torch.tensor([0.01, 0.01], dtype=torch.float64))
    level, seen = told.levels[0]
    torch.testing.assert_close(level.flatten(), seen, rtol=0.02, atol=0)
    twice = Told()
    AnscombeDenoiser(twice, 0.01, strength=2)(y, 0.01)
    torch.testing.assert_close(twice.levels[0][0], 2 * level)


def test_a_batch_is_its_images(rng):
    y = light(torch.rand(3, 1, 9, 7, generator=rng), 0.02, 0.01, rng)
    denoiser = AnscombeDenoiser(Mean(), 0.02)
    torch.testing.assert_close(denoiser(y, 0.01), torch.cat([denoiser(y[i : i + 1], 0.01) for i in range(3)]))
    assert denoiser(y[:0], 0.01).shape == (0, 1, 9, 7)


@pytest.mark.parametrize("gain", [0.0, -1.0, float("nan"), float("inf")])
def test_a_gain_is_positive(gain):
    with pytest.raises(ArgumentError, match="`gain` must be positive"):
        AnscombeDenoiser(Mean(), gain)
