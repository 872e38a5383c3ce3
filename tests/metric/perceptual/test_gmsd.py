import numpy as np
import pytest
import torch
from scipy.signal import convolve2d

from preimage.errors import ArgumentError
from preimage.metric import GMSD
from tests.example import Example
from tests.metric.waves import waves

EXAMPLES = {GMSD: [Example(GMSD, shape=(2, 3, 9, 8)), Example(lambda: GMSD(2.0), shape=(2, 1, 6, 7))]}

# piq 0.8.0 on torch 2.13.0, gmsd(*waves(*shape), data_range=1.0, reduction="none")
PIQ = {(1, 64, 80): 0.051738321218277206, (3, 61, 47): 0.05281487823997543, (3, 64, 80): 0.04897345796083471}


@pytest.mark.parametrize("shape", PIQ)
def test_agrees_with_piq(shape: tuple[int, int, int]) -> None:
    assert GMSD()(*waves(*shape)).tolist() == pytest.approx([PIQ[shape]], abs=1e-9)


def test_the_definition() -> None:
    """As published for values up to 255, by dense convolutions."""
    prewitt = np.array([[1, 0, -1]] * 3) / 3

    def magnitude(image: np.ndarray) -> np.ndarray:
        grey = convolve2d(255 * image, np.full((2, 2), 0.25))[1::2, 1::2]
        return np.hypot(convolve2d(grey, prewitt, "same"), convolve2d(grey, prewitt.T, "same"))

    x_hat, x = waves(1, 21, 24)
    a, b = (magnitude(image[0, 0].numpy()) for image in (x_hat, x))
    want = ((2 * a * b + 170) / (a**2 + b**2 + 170)).std()
    assert float(GMSD()(x_hat, x)) == pytest.approx(want, abs=1e-12)
    assert float(GMSD(255.0)(255 * x_hat, 255 * x)) == pytest.approx(want, abs=1e-12)


def test_gradient() -> None:
    x_hat, x = waves(1, 9, 10)
    assert torch.autograd.gradcheck(lambda image: GMSD()(image, x), x_hat.requires_grad_(), fast_mode=True)
    (zero,) = torch.autograd.grad(GMSD()(x_hat, x_hat.detach()).sum(), x_hat)
    assert bool((zero == 0).all())
    flat = torch.full((1, 1, 8, 8), 0.5, requires_grad=True)
    (gradient,) = torch.autograd.grad(GMSD()(flat, waves(1, 8, 8)[1].float()).sum(), flat)
    assert bool(gradient.isfinite().all())


def test_data_range_is_positive() -> None:
    with pytest.raises(ArgumentError, match="`data_range` must be positive"):
        GMSD(0.0)
