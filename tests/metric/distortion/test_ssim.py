import pytest
import skimage.metrics
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.metric import SSIM
from tests.example import Example

EXAMPLES = {
    SSIM: [Example(SSIM, shape=(2, 3, 13, 15))],
}


def noisy_pair(rng, shape, scale=1.0):
    x = scale * torch.rand(shape, generator=rng, dtype=torch.float64)
    return x + 0.2 * scale * torch.randn(shape, generator=rng, dtype=torch.float64), x


@pytest.mark.parametrize(("channels", "scale"), [(1, 1.0), (3, 1.0), (3, 255.0)])
def test_agrees_with_skimage(rng, channels, scale):
    x_hat, x = noisy_pair(rng, (2, channels, 24, 31), scale)
    theirs = [
        skimage.metrics.structural_similarity(
            b, a, data_range=scale, channel_axis=0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
        )
        for a, b in zip(x_hat.numpy(), x.numpy(), strict=True)
    ]
    assert SSIM(data_range=scale)(x_hat, x).tolist() == pytest.approx(theirs, abs=1e-9)


def test_volumes_agree_with_skimage(rng):
    x_hat, x = noisy_pair(rng, (1, 1, 12, 14, 13))
    theirs = skimage.metrics.structural_similarity(
        x[0, 0].numpy(), x_hat[0, 0].numpy(), data_range=1.0, gaussian_weights=True, use_sample_covariance=False
    )
    assert SSIM()(x_hat, x).tolist() == pytest.approx([theirs], abs=1e-9)


def test_agrees_with_torchmetrics(rng):
    """Its map goes up to the border, by reflection; five pixels in, the windows are inside the image."""
    import torchmetrics.functional.image as reference

    x_hat, x = noisy_pair(rng, (3, 2, 32, 32))
    _, full = reference.structural_similarity_index_measure(
        x_hat, x, data_range=1.0, reduction="none", return_full_image=True
    )
    torch.testing.assert_close(SSIM()(x_hat, x), full[..., 5:-5, 5:-5].mean((1, 2, 3)))


def test_constant_images_by_hand():
    """Without variance only the luminance is left."""
    a, b, c1 = 0.4, 0.6, 0.01**2
    score = SSIM()(torch.full((1, 1, 16, 16), a), torch.full((1, 1, 16, 16), b))
    assert float(score) == pytest.approx((2 * a * b + c1) / (a * a + b * b + c1), abs=1e-4)


def test_equal_images_and_float32(rng):
    x_hat, x = (t.float() for t in noisy_pair(rng, (2, 1, 20, 20)))
    torch.testing.assert_close(SSIM()(x, x), torch.ones(2))
    torch.testing.assert_close(SSIM()(x_hat, x), SSIM()(x_hat.double(), x.double()).float(), atol=1e-5, rtol=0)


def test_gradient(rng):
    x_hat, x = noisy_pair(rng, (1, 1, 12, 12))
    assert torch.autograd.gradcheck(lambda image: SSIM()(image, x), x_hat.requires_grad_())


def test_refusals():
    with pytest.raises(ShapeError, match="at least 11 pixels"):
        SSIM()(torch.ones(1, 1, 10, 20), torch.ones(1, 1, 10, 20))
    with pytest.raises(ShapeError, match="must be real"):
        SSIM()(torch.ones(1, 1, 12, 12) + 0j, torch.ones(1, 1, 12, 12) + 0j)
    with pytest.raises(ArgumentError, match="`window` must be odd"):
        SSIM(window=10)
