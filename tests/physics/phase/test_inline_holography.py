import math

import pytest
import torch

from preimage.physics import FresnelPropagation, InlineHolography, PhaseRetrieval, PoissonNoise, stack
from tests.example import Example

EXAMPLES = {
    InlineHolography: [
        Example(
            lambda: InlineHolography(FresnelPropagation(3.0, 0.5, 1.0), PoissonNoise(0.1)), (2, 1, 4, 5), complex=True
        )
    ]
}


def test_a_weak_grating_appears_and_vanishes_with_distance() -> None:
    """Talbot's effect: a phase grating of the period ``d`` is a contrast ``2 a sin(pi w z / d^2) cos(2 pi x / d)``."""
    size, period, wavelength, pixel, weak = 64, 16, 0.5, 1.0, 1e-4
    wave = torch.cos(2 * math.pi * torch.arange(size, dtype=torch.float64) / period).expand(size, size)[None, None]
    x = torch.exp(1j * weak * wave)
    for distance in (0.0, 100.0, 256.0, 512.0):
        hologram = InlineHolography(FresnelPropagation(distance, wavelength, pixel)).A(x)
        wanted = 1 + 2 * weak * math.sin(math.pi * wavelength * distance / period**2) * wave
        torch.testing.assert_close(hologram, wanted, rtol=0, atol=10 * weak**2)


def test_gradients_reach_the_distance(rng: torch.Generator) -> None:
    x = torch.randn(2, 1, 3, 4, generator=rng, dtype=torch.complex128)
    distance = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    physics = InlineHolography(FresnelPropagation(1.0, 0.5, 1.0))
    assert torch.autograd.gradcheck(lambda z: physics.replace(distance=z).A(x), (distance,))


def test_several_distances_are_a_stack(rng: torch.Generator) -> None:
    x = torch.randn(1, 1, 4, 4, generator=rng, dtype=torch.complex64)
    near, far = (FresnelPropagation(z, 0.5, 1.0) for z in (1.0, 2.0))
    both = PhaseRetrieval(stack(near, far)).A(x)
    for y, one in zip(both, (near, far), strict=True):
        torch.testing.assert_close(y, InlineHolography(one).A(x))
    assert float(both[0].sum()) == pytest.approx(float(both[1].sum()), rel=1e-5)
