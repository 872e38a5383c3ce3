import pytest
import torch

from preimage.errors import CapabilityError
from preimage.models.sparse.physics import masked_image
from preimage.physics import Blur, Demosaicing, Denoising, GaussianNoise, Inpainting, NoNoise, PoissonNoise
from tests.models.problems import normal

Y = normal(2, 3, 4, 6)
SIGMAS = torch.tensor([0.01, 0.3], dtype=torch.float64)


def test_denoising():
    seen = masked_image(Y, Denoising(GaussianNoise(SIGMAS)), 0.1)
    assert seen.image is Y
    assert seen.mask is None
    assert torch.equal(seen.level, SIGMAS)
    assert torch.equal(seen.kept(2 * Y), 2 * Y)


def test_without_noise_there_is_nothing_to_estimate():
    seen = masked_image(Y, Denoising(NoNoise()), 0.1)
    assert float(seen.level) == 0
    assert torch.equal(seen.kept(2 * Y), Y)


def test_demosaicing():
    physics = Demosaicing("GBRG", GaussianNoise(SIGMAS))
    seen = masked_image(Y[:, :1], physics, 0.1)
    assert seen.level.tolist() == [0.1, 0.3]
    assert torch.equal(seen.mask, physics.mask(Y))
    assert torch.equal(seen.image, physics.mask(Y) * Y[:, :1])
    exact = masked_image(Y[:, :1], Demosaicing("GBRG", NoNoise()), 0.1)
    assert exact.level.tolist() == [0.1]
    assert torch.equal(physics.A(exact.kept(torch.zeros_like(Y))), Y[:, :1])


@pytest.mark.parametrize("shape", [(4, 6), (1, 4, 6), (3, 4, 6), (2, 1, 4, 6), (2, 3, 4, 6)])
def test_inpainting(shape):
    mask = normal(*shape, seed=1) > 0
    seen = masked_image(Y, Inpainting(mask, NoNoise()), 0.1)
    assert torch.equal(seen.image, torch.where(mask, Y, 0.0))
    assert seen.level.tolist() == [0.1]
    estimate = normal(2, 3, 4, 6, seed=2)
    assert torch.equal(seen.kept(estimate), torch.where(mask, Y, estimate))


@pytest.mark.parametrize(
    ("physics", "words"),
    [
        (Denoising(PoissonNoise(0.1)), "Gaussian noise or none, got PoissonNoise"),
        (Blur(torch.ones(3, 3) / 9, "reflect"), "with a mask of zeros and ones, got Blur"),
        (Inpainting(torch.full((4, 6), 0.5)), "with a mask of zeros and ones, got Inpainting"),
    ],
    ids=["noise", "blur", "weights"],
)
def test_other_physics(physics, words):
    with pytest.raises(CapabilityError, match=words):
        masked_image(Y, physics, 0.1)
