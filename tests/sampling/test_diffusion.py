import torch

from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import DiffusionSampler, PowerSchedule, Unguided
from tests.example import Example
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD


def sampler(steps: int = 20, samples: int = 2, seed: int = 0) -> DiffusionSampler:
    schedule = PowerSchedule(steps, sigma_max=20.0, sigma_min=0.001)
    return DiffusionSampler(PRIOR, Unguided(), schedule=schedule, samples=samples, seed=seed)


EXAMPLES = {DiffusionSampler: [Example(sampler, shape=(3, 1, 4, 3))]}
PHYSICS = Denoising(GaussianNoise(0.1))


def test_the_mean_of_many_samples_is_the_mean() -> None:
    posterior = sampler(samples=4, steps=100).sample(torch.zeros(1, 1, 500, 3), PHYSICS)
    assert posterior.samples.shape == (1, 4, 1, 500, 3)
    torch.testing.assert_close(posterior.mean().mean(2).flatten(), MEAN, rtol=0, atol=0.03)
    torch.testing.assert_close(posterior.variance().mean(2).flatten().sqrt(), SPREAD, rtol=0.15, atol=0)


def test_more_samples_and_more_images_leave_the_first_as_they_are() -> None:
    y = torch.zeros(3, 1, 2, 3)
    few, many = sampler(samples=1).sample(y[:1], PHYSICS), sampler(samples=3).sample(y, PHYSICS)
    assert torch.equal(few.samples, many.samples[:1, :1])
    assert not torch.equal(sampler(seed=1).sample(y[:1], PHYSICS).samples[:, :1], few.samples)


def test_steps_can_be_seen() -> None:
    seen = []
    sampler().sample(torch.zeros(1, 1, 2, 3), PHYSICS, lambda sample, step, x: seen.append((sample, step)))
    assert seen[0] == (1, 1)
    assert seen[-1] == (2, 20)
