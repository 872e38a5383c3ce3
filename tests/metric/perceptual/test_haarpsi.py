import numpy as np
import pytest
import torch
from scipy.signal import convolve2d

from preimage.errors import ArgumentError
from preimage.metric import HaarPSI
from tests.example import Example
from tests.metric.waves import waves

EXAMPLES = {HaarPSI: [Example(HaarPSI, shape=(2, 3, 17, 18)), Example(lambda: HaarPSI(2.0), shape=(2, 1, 16, 19))]}

# piq 0.8.0 on torch 2.13.0, haarpsi(*waves(*shape), data_range=1.0, reduction="none")
PIQ = {(1, 64, 80): 0.7351701266212983, (3, 61, 47): 0.7950948840897605, (3, 64, 80): 0.771501591296957}


@pytest.mark.parametrize("shape", PIQ)
def test_agrees_with_piq(shape: tuple[int, int, int]) -> None:
    assert HaarPSI()(*waves(*shape)).tolist() == pytest.approx([PIQ[shape]], abs=1e-9)


def test_the_definition() -> None:
    """For one channel, by dense convolutions with the wavelets."""

    def coefficients(image: np.ndarray, scale: int) -> np.ndarray:
        size = 2**scale
        wavelet = np.repeat([[1.0], [-1.0]], size // 2, 0) * np.ones((1, size)) / size
        grey = convolve2d(255 * image, np.full((2, 2), 0.25))[1::2, 1::2]
        full = [convolve2d(grey, kernel) for kernel in (wavelet, wavelet.T)]
        start = size // 2  # the central part, as of MATLAB's "same"
        return np.abs([f[start : start + grey.shape[0], start : start + grey.shape[1]] for f in full])

    x_hat, x = waves(1, 33, 40)
    pairs = [(coefficients(x_hat[0, 0].numpy(), k), coefficients(x[0, 0].numpy(), k)) for k in (1, 2, 3)]
    similarity = sum((2 * a * b + 30) / (a**2 + b**2 + 30) for a, b in pairs[:2]) / 2
    weights = np.maximum(*pairs[2])
    share = (weights / (1 + np.exp(-4.2 * similarity))).sum() / weights.sum()
    want = (np.log(share / (1 - share)) / 4.2) ** 2
    assert float(HaarPSI()(x_hat, x)) == pytest.approx(want, abs=1e-12)


def test_pictures_without_structure() -> None:
    """Nothing has a weight: the similarities are averaged, and colours still count."""
    black = torch.zeros(1, 3, 16, 16)
    assert float(HaarPSI()(black, black)) == pytest.approx(1, abs=1e-5)
    x_hat = black.clone()
    assert float(HaarPSI()(x_hat[:, :1], black[:, :1])) == pytest.approx(1, abs=1e-5)


def test_gradient() -> None:
    x_hat, x = waves(3, 17, 18)
    assert torch.autograd.gradcheck(lambda image: HaarPSI()(image, x), x_hat.requires_grad_(), fast_mode=True)


def test_data_range_is_positive() -> None:
    with pytest.raises(ArgumentError, match="`data_range` must be positive"):
        HaarPSI(0.0)
