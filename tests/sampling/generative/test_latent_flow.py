import pytest
import torch
from torch import Tensor, nn

from preimage.errors import ArgumentError
from preimage.models import CSGM, LatentSearch
from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import CodeVelocity, LatentFlow
from tests.example import Example

MEAN, SPREAD = torch.tensor([1.0, -2.0]), torch.tensor([0.5, 2.0])


class Exact(nn.Module):
    """``E[n - x0 | z]`` of codes ``x0 ~ N(MEAN, SPREAD^2)`` and ``z = (1 - t) x0 + t n``."""

    def forward(self, z: Tensor, t: Tensor) -> Tensor:
        t, mean, spread = t[:, None], MEAN.to(z), SPREAD.to(z)
        gap = (z - (1 - t) * mean) / ((1 - t).square() * spread.square() + t.square())
        return t * gap - mean - (1 - t) * spread.square() * gap


class Plane(nn.Module):
    """Images of 2x2 pixels that are linear in the code."""

    MATRIX = torch.tensor([[1.0, 0.0], [0.5, -1.0], [0.0, 0.3], [0.2, 0.2]])

    def forward(self, code: Tensor) -> Tensor:
        return (code @ self.MATRIX.to(code).mT).reshape(len(code), 1, 2, 2)


EXAMPLES = {
    CodeVelocity: [Example(lambda: CodeVelocity(3, 4))],
    LatentFlow: [Example(lambda: LatentFlow(Plane(), CodeVelocity(2, 4), 2, 3))],
}


def test_images_have_the_mean_and_the_covariance_of_the_codes(rng: torch.Generator) -> None:
    z = torch.randn(4000, 2, generator=rng, dtype=torch.float64)
    z = (z - z.mean(0)) / z.std(0)
    codes = LatentFlow(Plane(), Exact(), 2, 40).codes(z)
    torch.testing.assert_close(codes.mean(0), MEAN.double(), rtol=0, atol=0.05)
    torch.testing.assert_close(codes.std(0), SPREAD.double(), rtol=0.03, atol=0)
    images = LatentFlow(Plane(), Exact(), 2, 40)(z).flatten(1)
    torch.testing.assert_close(images, codes @ Plane.MATRIX.double().mT)


def test_a_velocity_is_learned_by_its_error(rng: torch.Generator) -> None:
    """The exact one has a smaller error than one that is off, and the network starts as none."""
    x0 = MEAN + SPREAD * torch.randn(20_000, 2, generator=rng)
    noise, t = torch.randn(20_000, 2, generator=rng), torch.rand(20_000, generator=rng)
    z = torch.lerp(x0, noise, t[:, None])

    def error(v: Tensor) -> float:
        return float((v - (noise - x0)).square().mean())

    exact = Exact()(z, t)
    assert error(exact) < min(error(0.9 * exact), error(1.1 * exact), error(exact + 0.1))
    assert float(CodeVelocity(2, 8)(z, t).detach().abs().max()) == 0


def test_it_is_a_generator_for_csgm() -> None:
    """``y`` of an image of the generator leads back to it."""
    generator = LatentFlow(Plane(), Exact(), 2, 8)
    x = generator(torch.tensor([[0.5, -1.0]]))
    found = CSGM(generator, 2, 0.0, LatentSearch(1, 90, 0.1))(x, Denoising(GaussianNoise(0.1)))
    torch.testing.assert_close(found, x, rtol=0, atol=0.05)


def test_numbers_out_of_range_are_told() -> None:
    with pytest.raises(ArgumentError, match="`latent`"):
        CodeVelocity(0)
    with pytest.raises(ArgumentError, match="`steps`"):
        LatentFlow(Plane(), Exact(), 2, 0)
