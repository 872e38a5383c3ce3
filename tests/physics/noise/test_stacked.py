import torch

from preimage.physics import Denoising, GaussianNoise, PoissonNoise, stack
from preimage.physics.noise import LaplaceNoise, PoissonGaussianNoise, ProximableStackedNoise, StackedNoise
from tests.example import LEVELS, Example

EXAMPLES = {
    ProximableStackedNoise: [
        Example(lambda: ProximableStackedNoise([GaussianNoise(LEVELS), LaplaceNoise(0.1)]), parts=2)
    ],
    StackedNoise: [Example(lambda: StackedNoise([GaussianNoise(LEVELS), PoissonGaussianNoise(0.1, 0.1)]), parts=2)],
}


def test_likelihoods_multiply(rng: torch.Generator) -> None:
    parts = GaussianNoise(0.1), PoissonNoise(0.05)
    noise = StackedNoise(parts)
    z = torch.rand(2, 1, 3, 3) + 0.1, torch.rand(2, 3, 4, 4) + 0.1
    y = noise.sample(z, rng)
    torch.testing.assert_close(noise.nll(z, y), parts[0].nll(z[0], y[0]) + parts[1].nll(z[1], y[1]))
    for got, part, a, b in zip(noise.grad(z, y), parts, z, y, strict=True):
        torch.testing.assert_close(got, part.grad(a, b))


def test_a_stack_keeps_the_noise_of_each_sensor(rng: torch.Generator) -> None:
    sensors = stack(Denoising(GaussianNoise(0.3)), Denoising(PoissonNoise(0.2)), Denoising())
    first, second, third = sensors(torch.full((1, 1, 200, 200), 0.5), rng)
    assert abs(first.std().item() - 0.3) < 0.01
    assert abs(second.var().item() - 0.1) < 0.005
    assert torch.equal(third, torch.full_like(third, 0.5))
    quieter = sensors.replace(sigma=0.1)(torch.full((1, 1, 200, 200), 0.5), rng)[0]
    assert abs(quieter.std().item() - 0.1) < 0.01
