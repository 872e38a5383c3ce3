import pytest
import torch

from preimage.errors import CapabilityError
from preimage.physics import BlurFFT, CompressedSensing, Decolorize, GaussianNoise, Inpainting, LinearPhysics
from preimage.physics.kernels import gaussian_blur
from preimage.sampling.conditional import singular_system

MASK = torch.tensor([[1.0, 0.0, 0.5], [0.0, 2.0, 1.0]])


@pytest.mark.parametrize(
    "physics",
    [Inpainting(MASK, GaussianNoise(0.1)), BlurFFT(gaussian_blur(0.4)), Decolorize()],
    ids=lambda p: type(p).__name__,
)
def test_measured_coefficients_are_those_of_the_pseudoinverse(physics: LinearPhysics) -> None:
    x = torch.rand(2, 3, 2, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    system = singular_system(physics, physics.A(x), x)
    projected = physics.A_dagger(physics.A(x))
    torch.testing.assert_close(system.add(torch.zeros_like(x), system.measured), projected)
    torch.testing.assert_close(system.add(torch.zeros_like(x), system.analysis(x)), projected)


def test_their_noise_is_the_level_over_the_singular_value() -> None:
    system = singular_system(
        Inpainting(MASK, GaussianNoise(0.1)), torch.full((1, 1, 2, 3), torch.nan), torch.zeros(1, 1, 2, 3)
    )
    assert system.kept.flatten().tolist() == [True, False, True, False, True, True]
    torch.testing.assert_close(system.level[system.kept], 0.1 / MASK.flatten()[MASK.flatten() > 0])


def test_a_matrix_is_refused() -> None:
    with pytest.raises(CapabilityError, match="known diagonal"):
        singular_system(CompressedSensing(torch.ones(2, 3), (1, 1, 3)), torch.ones(1, 2), torch.ones(1, 1, 1, 3))
