import pytest
import torch
from torch import Tensor, nn

from preimage.denoisers import DnCNN
from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.models import ArtifactRemoval
from preimage.physics import BlurFFT, Denoising, GaussianNoise, PoissonNoise
from tests.doubles import Shrink, Square
from tests.example import Example, kernel


class Twice(nn.Module):
    """A network without noise level."""

    def forward(self, x: Tensor) -> Tensor:
        return 2 * x


EXAMPLES = {
    ArtifactRemoval: [
        Example(lambda: ArtifactRemoval(DnCNN(3, width=4, depth=3))),
        Example(lambda: ArtifactRemoval(DnCNN(3, width=4, depth=3), "pinv")),
    ]
}


def test_the_network_follows_the_first_reconstruction(rng: torch.Generator) -> None:
    physics = BlurFFT(kernel(3, 3).double(), GaussianNoise(0.1))
    y = torch.rand(2, 1, 6, 5, generator=rng, dtype=torch.float64)
    torch.testing.assert_close(ArtifactRemoval(Twice())(y, physics), 2 * physics.A_adjoint(y))
    torch.testing.assert_close(ArtifactRemoval(Twice(), "pinv")(y, physics), 2 * physics.A_dagger(y))
    torch.testing.assert_close(ArtifactRemoval(Twice(), "direct")(y, Square()), 2 * y)


def test_a_denoiser_is_told_the_level_of_gaussian_noise(rng: torch.Generator) -> None:
    y = torch.rand(2, 1, 6, 5, generator=rng)
    shrink = Shrink()
    for noise, sigma in ((GaussianNoise(0.3), 0.3), (PoissonNoise(0.1), 0.0)):
        found = ArtifactRemoval(shrink, "direct")(y, Denoising(noise))
        torch.testing.assert_close(found, shrink(y, sigma))


def test_complex_images_are_two_channels(rng: torch.Generator) -> None:
    y = torch.complex(*torch.rand(2, 1, 1, 6, 5, generator=rng))
    network = nn.Conv2d(2, 2, 1)
    found = ArtifactRemoval(network, "direct")(y, Denoising())
    both = network(torch.cat([y.real, y.imag], 1))
    torch.testing.assert_close(found, torch.complex(both[:, :1], both[:, 1:]))


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`mode` must be one of"):
        ArtifactRemoval(Twice(), "dagger")  # pyright: ignore[reportArgumentType] that is the point
    y = torch.zeros(1, 1, 2, 2)
    with pytest.raises(CapabilityError, match="take 'direct'"):
        ArtifactRemoval(Twice())(y, Square())
    with pytest.raises(ShapeError, match="take 'adjoint'"):
        ArtifactRemoval(Twice(), "direct")((y, y), Denoising())
