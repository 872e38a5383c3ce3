import numpy as np
import pytest
import torch
from PIL import Image
from skimage.restoration import estimate_sigma as skimage_estimate
from torch import Tensor

from preimage.denoisers import PatchCovarianceNoiseEstimator, WaveletNoiseEstimator, estimate_sigma
from preimage.denoisers.noise_level import _clipped_variance
from preimage.errors import ArgumentError, ShapeError
from tests.data import DATA, needs_data


def noise(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def waves(channels: int = 1, size: int = 192) -> Tensor:
    t = torch.arange(size) / size
    x = 0.5 + 0.25 * torch.sin(9 * t)[:, None] * torch.cos(20 * t**2)
    x[size // 3 : size // 2, size // 4 :] *= 0.6
    return x.expand(1, channels, size, size)


def as_8_bit(x: Tensor) -> Tensor:
    return (x.clamp(0, 1) * 255).round() / 255


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("sigma", [2 / 255, 10 / 255, 50 / 255])
def test_known_noise_is_found(channels: int, sigma: float) -> None:
    x = waves(channels)
    x = x + sigma * noise(*x.shape)
    assert estimate_sigma(x).item() == pytest.approx(sigma, rel=0.04)
    assert WaveletNoiseEstimator()(x).item() == pytest.approx(sigma, rel=0.05)


@pytest.mark.parametrize("channels", [1, 3])
def test_clipping_to_8_bits_is_made_up_for(channels: int) -> None:
    x = waves(channels)
    sigma = 40 / 255
    y = as_8_bit(x + sigma * noise(*x.shape))
    assert (y == 0).float().mean() > 0.01
    assert estimate_sigma(y).item() == pytest.approx(sigma, rel=0.05)


def test_variance_of_clipped_noise() -> None:
    z = noise(200_000).double()
    for a, b in ((1.0, 2.0), (0.0, 5.0), (3.0, float(10))):
        expected = z.clamp(-a, b).var()
        found = _clipped_variance(torch.tensor(a, dtype=z.dtype), torch.tensor(b, dtype=z.dtype))
        torch.testing.assert_close(found, expected, rtol=0.01, atol=0)


def test_wavelet_estimate_is_that_of_skimage() -> None:
    x = waves()[0, 0] + 0.1 * noise(192, 192)
    # The two treat the border differently.
    expected = skimage_estimate(x.numpy())
    assert WaveletNoiseEstimator("db2")(x[None, None]).item() == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("estimator", [estimate_sigma, WaveletNoiseEstimator(), PatchCovarianceNoiseEstimator(4)])
def test_scale_offset_and_batch(estimator: PatchCovarianceNoiseEstimator) -> None:
    x = torch.cat([waves(3, 64), waves(3, 64).flip(2)]) + torch.tensor([0.02, 0.1]).reshape(2, 1, 1, 1) * noise(
        2, 3, 64, 64
    )
    whole = estimator(x)
    assert whole.shape == (2,)
    assert torch.equal(whole, torch.cat([estimator(x[:1]), estimator(x[1:])]))
    torch.testing.assert_close(estimator(10 * x - 3), 10 * whole, rtol=1e-3, atol=0)
    assert estimator(x.double()).dtype == torch.float64
    torch.testing.assert_close(estimator(x.double()).float(), whole, rtol=1e-3, atol=0)


@pytest.mark.parametrize(
    "shape", [(1, 1, 1, 1), (2, 3, 1, 40), (1, 1, 40, 1), (1, 3, 5, 4), (1, 4, 9, 9), (1, 30, 20, 20)]
)
@pytest.mark.parametrize("estimator", [estimate_sigma, WaveletNoiseEstimator()])
def test_small_flat_and_empty_images(shape: tuple[int, ...], estimator: PatchCovarianceNoiseEstimator) -> None:
    for value in (0.0, 0.6, 1.0):
        torch.testing.assert_close(estimator(torch.full(shape, value)), torch.zeros(shape[0]), atol=1e-6, rtol=0)
    result = estimator(torch.rand(shape, generator=torch.Generator().manual_seed(0)))
    assert bool(((result >= 0) & (result < 1)).all())


def test_a_large_image_is_subsampled() -> None:
    x = 0.5 + 0.1 * noise(1, 1, 1500, 1400)
    assert PatchCovarianceNoiseEstimator(max_patches=1 << 13)(x).item() == pytest.approx(0.1, rel=0.04)


def test_what_cannot_work_is_said() -> None:
    with pytest.raises(ShapeError, match="B, C, H, W"):
        estimate_sigma(torch.zeros(8, 8))
    with pytest.raises(ArgumentError, match="patch_size"):
        PatchCovarianceNoiseEstimator(2)


@needs_data
@pytest.mark.parametrize(("folder", "sigma", "limit"), [("Set12", 10, 0.5), ("Set12", 25, 0.5), ("Kodak24", 5, 0.1)])
def test_photographs(folder: str, sigma: float, limit: float) -> None:
    errors = []
    for index, path in enumerate(sorted((DATA / "test" / folder).iterdir())[::6]):
        pixels = np.asarray(Image.open(path), dtype=np.float32) / 255
        x = torch.from_numpy(pixels)[..., None].flatten(2).permute(2, 0, 1)[None]
        y = as_8_bit(x + sigma / 255 * noise(*x.shape, seed=index))
        errors.append(abs(255 * estimate_sigma(y).item() - sigma))
    assert np.mean(errors) < limit


@pytest.mark.parametrize("sigma", [5, 25])
@pytest.mark.parametrize("border", [0, 128, 250, 255])
def test_a_border_of_one_colour_does_not_count(sigma, border):
    rows, columns = np.mgrid[:128, :128]
    clean = 120 + 50 * np.sin(rows / 9) * np.cos(columns / 13)
    noisy = np.clip(np.rint(clean + np.random.default_rng(0).normal(0, sigma, clean.shape)), 0, 255)
    framed = np.full((160, 160), float(border))
    framed[16:-16, 16:-16] = noisy
    alone, with_border = (
        float(estimate_sigma(torch.from_numpy(picture / 255)[None, None])) for picture in (noisy, framed)
    )
    assert with_border == pytest.approx(alone, rel=0.05)
    assert with_border == pytest.approx(sigma / 255, rel=0.1)


def test_a_clean_drawing_has_no_noise():
    drawing = np.full((200, 200), 240.0)
    drawing[20:60, 30:170], drawing[80:150:6, 20:180], drawing[100:180, 60:64] = 40, 0, 90
    assert float(estimate_sigma(torch.from_numpy(drawing / 255)[None, None])) < 0.1 / 255


def test_borders_of_several_colours_do_not_count():
    rows, columns = np.mgrid[:128, :128]
    clean = 120 + 50 * np.sin(rows / 9) * np.cos(columns / 13)
    noisy = np.clip(np.rint(clean + np.random.default_rng(0).normal(0, 25, clean.shape)), 0, 255)
    framed = np.full((160, 160), 200.0)
    framed[:16], framed[-16:] = 0, 128
    framed[16:-16, 16:-16] = noisy
    assert float(estimate_sigma(torch.from_numpy(framed / 255)[None, None])) == pytest.approx(25 / 255, rel=0.1)
