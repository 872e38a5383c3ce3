import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.fidelity import likelihood
from preimage.physics import CorrelatedGaussianNoise, Denoising
from tests.example import LEVELS, Example

KERNEL = torch.tensor([[0.2, 1.0, 0.5], [0.0, 0.7, 0.1], [0.1, 0.3, 0.0]])
EXAMPLES = {
    CorrelatedGaussianNoise: [
        Example(lambda: CorrelatedGaussianNoise(KERNEL, 0.1, 0.02), complex=True),
        Example(lambda: CorrelatedGaussianNoise(KERNEL.expand(2, 1, 3, 3), LEVELS, 0.3 * LEVELS), complex=True),
    ],
}


def test_the_scale_of_the_kernel_does_not_count_and_pixels_have_the_stated_level(rng: torch.Generator) -> None:
    noise = CorrelatedGaussianNoise(KERNEL, 0.3, 0.1)
    z = torch.zeros(1, 1, 300, 300)
    drawn = noise.sample(z, rng)
    assert drawn.std().item() == pytest.approx((0.3**2 + 0.1**2) ** 0.5, rel=0.02)
    neighbours = (drawn[..., 1:] * drawn[..., :-1]).mean().item()
    energy = KERNEL.square().sum()
    expected = 0.09 * ((KERNEL[:, 1:] * KERNEL[:, :-1]).sum() / energy).item()
    assert neighbours == pytest.approx(expected, rel=0.05)
    torch.testing.assert_close(noise.replace(kernel=7 * KERNEL).nll(z, drawn), noise.nll(z, drawn))


def test_volumes_and_a_discrepancy_of_one(rng: torch.Generator) -> None:
    noise = CorrelatedGaussianNoise(KERNEL[None, None, None], 0.1, 0.02)
    x = torch.rand(2, 1, 6, 20, 20, generator=rng)
    physics = Denoising(noise)
    assert likelihood(physics, physics(x, rng)).discrepancy(x).tolist() == pytest.approx([1, 1], abs=0.1)


def test_ranges() -> None:
    with pytest.raises(ArgumentError, match="`sigma` must be positive"):
        CorrelatedGaussianNoise(KERNEL, 0.0)
    with pytest.raises(ShapeError, match="`kernel` must be real"):
        CorrelatedGaussianNoise(1j * KERNEL)
    with pytest.raises(ShapeError, match="`z` must have shape"):
        CorrelatedGaussianNoise(KERNEL).sample(torch.zeros(3, 3))
