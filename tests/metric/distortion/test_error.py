import math

import numpy as np
import pytest
import skimage.metrics
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.metric import MAE, MSE, NMSE, PSNR, SNR, SSIM
from tests.example import Example

EXAMPLES = {
    **{metric: [Example(metric, complex=metric not in (PSNR,))] for metric in (MAE, MSE, NMSE, SNR)},
    PSNR: [Example(PSNR)],
}


METRICS = [MSE(), MAE(), NMSE(), PSNR(), PSNR(2.0), SNR(), SSIM()]


@pytest.fixture
def pair(rng):
    x = torch.rand(3, 2, 16, 18, generator=rng, dtype=torch.float64)
    return x + 0.1 * torch.randn(x.shape, generator=rng, dtype=torch.float64), x


def test_by_hand():
    x_hat, x = torch.tensor([[[[1.0, 2.0]]]]), torch.tensor([[[[1.0, 4.0]]]])
    assert MSE()(x_hat, x).tolist() == [2.0]
    assert MAE()(x_hat, x).tolist() == [1.0]
    assert NMSE()(x_hat, x).tolist() == pytest.approx([4 / 17])
    assert SNR()(x_hat, x).tolist() == pytest.approx([10 * math.log10(17 / 4)])
    assert PSNR(data_range=4.0)(x_hat, x).tolist() == pytest.approx([10 * math.log10(16 / 2)])


def test_psnr_agrees_with_skimage_and_torchmetrics(pair):
    import torchmetrics.functional as reference

    x_hat, x = pair
    ours = PSNR(data_range=1.0)(x_hat, x)
    for score, a, b in zip(ours.tolist(), x_hat.numpy(), x.numpy(), strict=True):
        assert score == pytest.approx(skimage.metrics.peak_signal_noise_ratio(b, a, data_range=1.0), abs=1e-9)
    theirs = reference.image.peak_signal_noise_ratio(x_hat, x, data_range=1.0, reduction="none", dim=(1, 2, 3))  # pyright: ignore
    torch.testing.assert_close(ours, theirs)


def test_errors_agree_with_torchmetrics(pair):
    import torchmetrics.functional as reference
    from torchmetrics.functional.audio import signal_noise_ratio

    x_hat, x = (t[:1].flatten() for t in pair)
    batch = [t[:1] for t in pair]
    torch.testing.assert_close(MSE()(*batch)[0], reference.mean_squared_error(x_hat, x))
    torch.testing.assert_close(MAE()(*batch)[0], reference.mean_absolute_error(x_hat, x))
    torch.testing.assert_close(SNR()(*batch)[0], signal_noise_ratio(x_hat, x))
    nmse = skimage.metrics.normalized_root_mse(x.numpy(), x_hat.numpy(), normalization="euclidean") ** 2
    assert float(NMSE()(*batch)) == pytest.approx(nmse)


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: type(m).__name__)
def test_one_value_per_image_and_samples_independent(metric, pair):
    together = metric(*pair)
    assert together.shape == (3,)
    alone = torch.cat([metric(pair[0][i : i + 1], pair[1][i : i + 1]) for i in range(3)])
    torch.testing.assert_close(together, alone)


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: type(m).__name__)
def test_the_better_image_has_the_better_score(metric, pair):
    x_hat, x = pair
    better = metric((x_hat + x) / 2, x) - metric(x_hat, x)
    assert bool((better > 0).all() if metric.higher_is_better else (better < 0).all())


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: type(m).__name__)
def test_shapes_must_agree(metric, pair):
    with pytest.raises(ShapeError, match="`x_hat` must have the shape of `x`"):
        metric(pair[0][:, :1], pair[1])
    with pytest.raises(ShapeError, match="non-empty"):
        metric(torch.ones(3, 1, 0, 4), torch.ones(3, 1, 0, 4))


def test_equal_images():
    x = torch.rand(2, 1, 12, 12)
    assert PSNR()(x, x).tolist() == [math.inf, math.inf]
    assert MSE()(x, x).tolist() == [0.0, 0.0]


def test_complex_images_are_compared_by_magnitude_of_the_error(rng):
    x = torch.randn(2, 1, 5, 5, generator=rng, dtype=torch.complex128)
    x_hat = x + (3 + 4j)
    torch.testing.assert_close(MSE()(x_hat, x), torch.full((2,), 25.0, dtype=torch.float64))
    torch.testing.assert_close(MAE()(x_hat, x), torch.full((2,), 5.0, dtype=torch.float64))


@pytest.mark.parametrize("data_range", [0, -1.0, float("nan")])
def test_data_range_is_positive(data_range):
    with pytest.raises(ArgumentError, match="`data_range` must be positive"):
        PSNR(data_range)


def test_psnr_of_rounded_noise_matches_numpy():
    values = np.arange(12, dtype=np.float32).reshape(1, 1, 3, 4) / 12
    assert float(PSNR()(torch.from_numpy(values + 0.1), torch.from_numpy(values))) == pytest.approx(20.0, abs=1e-4)
