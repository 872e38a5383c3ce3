import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.physics import BlurFFT, Denoising, GaussianNoise, PoissonNoise
from preimage.physics.kernels import gaussian_blur
from preimage.sampling import DenoisingSampler
from tests.example import Example
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD

EXAMPLES = {
    DenoisingSampler: [
        Example(lambda: DenoisingSampler(PRIOR, steps=4, samples=2), shape=(3, 1, 4, 3), physics=lambda: PHYSICS)
    ]
}
SIGMA = 0.1
PHYSICS = Denoising(GaussianNoise(SIGMA))


def test_of_a_gaussian_prior_it_has_the_posterior_in_closed_form() -> None:
    """``N(m + k (y - m), k sigma^2)`` with ``k = v / (v + sigma^2)``."""
    y = (MEAN + torch.tensor([0.05, -0.2, 0.1])).expand(1, 1, 20_000, 3).contiguous()
    share = SPREAD.square() / (SPREAD.square() + SIGMA**2)
    drawn = DenoisingSampler(PRIOR, steps=100, samples=1).sample(y, PHYSICS).samples[0, 0, 0]
    torch.testing.assert_close(drawn.mean(0), MEAN + share * (y[0, 0, 0] - MEAN), rtol=0, atol=2e-3)
    torch.testing.assert_close(drawn.std(0), share.sqrt() * SIGMA, rtol=0.05, atol=0)


def test_few_steps_are_too_narrow_and_more_are_less_so() -> None:
    y = MEAN.expand(1, 1, 5000, 3).contiguous()
    widths = [
        DenoisingSampler(PRIOR, steps, samples=1).sample(y, PHYSICS).samples.std((0, 1, 2, 3))[1]
        for steps in (3, 10, 60)
    ]
    exact = 0.3 * SIGMA / (0.3**2 + SIGMA**2) ** 0.5
    assert widths[0] < widths[1] < widths[2] < 1.05 * exact


def test_neither_other_samples_nor_other_images_change_a_sample(rng: torch.Generator) -> None:
    y = torch.rand(3, 1, 4, 3, generator=rng)
    few = DenoisingSampler(PRIOR, 5, samples=2, seed=1).sample(y[:1], PHYSICS).samples
    many = DenoisingSampler(PRIOR, 5, samples=3, seed=1).sample(y, PHYSICS).samples
    assert torch.equal(few, many[:1, :2])
    assert not torch.equal(many[:, 0], many[:, 1])
    assert not torch.equal(few, DenoisingSampler(PRIOR, 5, samples=2).sample(y[:1], PHYSICS).samples)


def test_each_image_has_its_own_level(rng: torch.Generator) -> None:
    y, sampler = torch.rand(2, 1, 4, 3, generator=rng), DenoisingSampler(PRIOR, 5, samples=2)
    both = sampler.sample(y, Denoising(GaussianNoise(torch.tensor([0.1, 0.0])))).samples
    torch.testing.assert_close(both[:1], sampler.sample(y[:1], PHYSICS).samples)
    assert torch.equal(both[1], y[1].expand(2, -1, -1, -1))


def test_what_is_refused() -> None:
    y = torch.rand(1, 1, 8, 3)
    with pytest.raises(CapabilityError, match="`physics` must be Denoising"):
        DenoisingSampler(PRIOR).sample(y, BlurFFT(gaussian_blur(1.0), GaussianNoise(0.1)))
    with pytest.raises(CapabilityError, match="`physics` must be Denoising"):
        DenoisingSampler(PRIOR).sample(y, Denoising(PoissonNoise(0.1)))
    for wrong in ({"steps": 1}, {"samples": 0}, {"seed": -1}):
        with pytest.raises(ArgumentError, match=f"`{next(iter(wrong))}` must"):
            DenoisingSampler(PRIOR, **wrong)
