import pytest
import torch

from preimage.errors import CapabilityError
from preimage.loss.recorruption import (
    BinomialRecorruption,
    GammaRecorruption,
    GaussianRecorruption,
    PoissonRecorruption,
    Recorruption,
    recorruption_of,
)
from preimage.loss.recorruption.choice import split_alike, split_measurement
from preimage.physics import (
    BinomialNoise,
    Denoising,
    GammaNoise,
    GaussianNoise,
    LaplaceNoise,
    NoNoise,
    PoissonNoise,
    stack,
)
from preimage.physics.noise import Noise

LEVELS = torch.tensor([0.1, 0.4])


@pytest.mark.parametrize(
    ("noise", "kind"),
    [
        (GaussianNoise(0.1), GaussianRecorruption),
        (NoNoise(), GaussianRecorruption),
        (PoissonNoise(0.1), PoissonRecorruption),
        (GammaNoise(2.0), GammaRecorruption),
        (BinomialNoise(4), BinomialRecorruption),
    ],
)
def test_it_follows_the_noise(noise: Noise, kind: type[Recorruption]) -> None:
    assert type(recorruption_of(noise, 0.3)) is kind


def test_other_noise_is_told() -> None:
    with pytest.raises(CapabilityError, match="got LaplaceNoise"):
        recorruption_of(LaplaceNoise(0.1), 0.3)


def test_each_tensor_is_split_by_its_own_noise() -> None:
    physics = stack(Denoising(GaussianNoise(0.1)), Denoising(PoissonNoise(0.1)))
    y = (torch.full((2, 1, 2, 2), 0.5), torch.full((2, 1, 2, 2), 0.5))
    split = split_measurement(y, physics, 0.5, None, torch.Generator().manual_seed(0))
    torch.testing.assert_close(0.8 * split.shown[0] + 0.2 * split.target[0], y[0])
    torch.testing.assert_close(0.5 * split.shown[1] + 0.5 * split.target[1], y[1])
    torch.testing.assert_close(split.variance, (torch.full_like(y[0], 0.05), torch.full_like(y[1], 0.1)))
    parts = split.physics.noise.parts
    assert [type(part) for part in parts] == [GaussianNoise, PoissonNoise]
    assert parts[0].gaussian_sigma == pytest.approx(0.1 * 1.25**0.5)


def test_images_of_a_batch_may_share_the_random_numbers() -> None:
    y = torch.full((2, 1, 3, 3), 0.5)
    shown, noisier = split_alike(y, Denoising(GaussianNoise(LEVELS)), 0.5, None, seed=3)
    torch.testing.assert_close((shown[1] - y[1]) / 0.4, (shown[0] - y[0]) / 0.1)
    torch.testing.assert_close(noisier.noise.gaussian_sigma, LEVELS * 1.25**0.5)
    assert split_alike(y[:0], Denoising(GaussianNoise(0.1)), 0.5, None, seed=3)[0].shape == y[:0].shape
