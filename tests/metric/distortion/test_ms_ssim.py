import pytest
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from preimage.errors import ArgumentError, ShapeError
from preimage.metric import MSSSIM, SSIM
from tests.example import Example
from tests.metric.waves import waves

TWO = (0.4, 0.6)

EXAMPLES = {
    MSSSIM: [
        Example(lambda: MSSSIM(weights=TWO), shape=(2, 2, 23, 25)),
        Example(lambda: MSSSIM(2.0, (1.0,)), shape=(2, 1, 11, 12)),
    ]
}

# piq 0.8.0 on torch 2.13.0, multi_scale_ssim(*waves(channels, 192, 208), data_range=1.0, reduction="none")
PIQ = {1: 0.8768155000198294, 3: 0.87691576097136}


@pytest.mark.parametrize("channels", [1, 3])
def test_agrees_with_piq(channels: int) -> None:
    assert MSSSIM()(*waves(channels, 192, 208)).tolist() == pytest.approx([PIQ[channels]], abs=1e-5)


def parts(x_hat: Tensor, x: Tensor) -> tuple[float, float]:
    """Similarity and contrast of one channel by torchmetrics, without the border that it reflects."""
    import torchmetrics.functional.image as reference

    options = {"data_range": 1.0, "reduction": "none"}
    _, full = reference.structural_similarity_index_measure(x_hat, x, return_full_image=True, **options)
    _, contrast = reference.structural_similarity_index_measure(x_hat, x, return_contrast_sensitivity=True, **options)
    return float(full[..., 5:-5, 5:-5].mean()), float(contrast)


def test_agrees_with_torchmetrics_scale_by_scale() -> None:
    """Odd sizes: the last row and column go."""
    x_hat, x = waves(1, 51, 47)
    want = parts(x_hat, x)[1] ** 0.4 * parts(avg_pool2d(x_hat, 2), avg_pool2d(x, 2))[0] ** 0.6
    assert MSSSIM(weights=TWO)(x_hat, x).tolist() == pytest.approx([want], abs=1e-9)


def test_one_scale_is_ssim() -> None:
    pair = waves(3, 20, 21)
    torch.testing.assert_close(MSSSIM(weights=(1.0,))(*pair), SSIM()(*pair))


def test_volumes_of_one_image_along_depth_agree_with_it() -> None:
    """Where nothing changes along the depth, the windows of three dimensions see what those of two do."""
    pair = waves(1, 24, 22)
    volumes = [image[:, :, None].expand(1, 1, 22, 24, 22) for image in pair]
    torch.testing.assert_close(MSSSIM(weights=TWO)(*volumes), MSSSIM(weights=TWO)(*pair))


def test_a_negative_scores_nothing() -> None:
    x = waves(1, 22, 22)[1]
    x_hat = (1 - x).requires_grad_()
    score = MSSSIM(weights=TWO)(x_hat, x)
    assert score.tolist() == [0.0]
    (gradient,) = torch.autograd.grad(score.sum(), x_hat)
    assert bool((gradient == 0).all())


def test_gradient() -> None:
    x_hat, x = waves(1, 22, 23)
    assert torch.autograd.gradcheck(lambda image: MSSSIM(weights=TWO)(image, x), x_hat.requires_grad_(), fast_mode=True)


def test_refusals() -> None:
    with pytest.raises(ShapeError, match="at least 176 pixels"):
        MSSSIM()(*waves(1, 175, 180))
    with pytest.raises(ShapeError, match="must be real"):
        MSSSIM()(torch.ones(1, 1, 12, 12) + 0j, torch.ones(1, 1, 12, 12) + 0j)
    with pytest.raises(ArgumentError, match="`weights` must be one positive"):
        MSSSIM(weights=())
    with pytest.raises(ArgumentError, match="`weights` must be one positive"):
        MSSSIM(weights=(0.5, -0.1))
