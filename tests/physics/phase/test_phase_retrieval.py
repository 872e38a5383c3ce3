import torch

from preimage.physics import BlurFFT, CompressedSensing, Denoising, PhaseRetrieval, PoissonNoise, stack
from tests.example import Example, kernel, random

EXAMPLES = {
    PhaseRetrieval: [
        Example(lambda: PhaseRetrieval(BlurFFT(kernel(3, 3)), PoissonNoise(0.1))),
        Example(
            lambda: PhaseRetrieval(
                CompressedSensing(torch.complex(random(9, 12, low=-1), random(9, 12, seed=5)), (1, 4, 3))
            ),
            shape=(2, 1, 4, 3),
            complex=True,
        ),
    ],
}


def test_intensities_by_hand() -> None:
    physics = PhaseRetrieval(CompressedSensing(torch.tensor([[1.0, 1j], [2.0, 0.0]]), (1, 1, 2)))
    x = torch.tensor([[[[3.0, 4.0]]]])
    assert physics.A(x).tolist() == [[25.0, 36.0]]
    # d/dx of v1 (x1^2 + x2^2) + 4 v2 x1^2.
    assert physics.vjp(x, torch.tensor([[1.0, 0.5]])).flatten().tolist() == [18.0, 8.0]


def test_a_global_phase_is_not_seen(rng: torch.Generator) -> None:
    physics = PhaseRetrieval(CompressedSensing.random(30, (1, 3, 3), rng, is_complex=True), PoissonNoise(0.1))
    x = torch.randn(2, 1, 3, 3, generator=rng, dtype=torch.complex64)
    turn = torch.polar(torch.ones(()), torch.tensor(0.7))
    torch.testing.assert_close(physics.A(turn * x), physics.A(x))
    assert physics(x, rng).dtype == torch.float32


def test_every_sensor_of_a_stack_is_squared(rng: torch.Generator) -> None:
    physics = PhaseRetrieval(stack(Denoising(), 2 * Denoising()))
    x = torch.randn(2, 1, 3, 3, generator=rng)
    first, second = physics.A(x)
    torch.testing.assert_close(first, x.square())
    torch.testing.assert_close(second, 4 * x.square())
    torch.testing.assert_close(physics.vjp(x, (first, second)), 2 * x**3 + 32 * x**3)
