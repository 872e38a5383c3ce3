import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import DownsamplingMatlab
from preimage.physics.noise import GaussianNoise
from tests.contract import require_operator
from tests.example import Example

EXAMPLES = {
    DownsamplingMatlab: [
        Example(lambda: DownsamplingMatlab(2), shape=(2, 1, 8, 6)),
        Example(lambda: DownsamplingMatlab(3, "bilinear"), shape=(2, 1, 6, 9)),
        Example(lambda: DownsamplingMatlab(1.5, antialiasing=False), shape=(2, 1, 6, 9)),
    ],
}

RADIUS = {"bicubic": 2, "bilinear": 1, "lanczos2": 2, "lanczos3": 3}


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def value(kernel: str, t: float) -> float:
    t = abs(t)
    if kernel == "bilinear":
        return max(0.0, 1 - t)
    if kernel == "bicubic":
        if t <= 1:
            return 1.5 * t**3 - 2.5 * t**2 + 1
        return -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2 if t <= 2 else 0.0
    radius = RADIUS[kernel]
    return float(np.sinc(t) * np.sinc(t / radius)) if t < radius else 0.0


def slow_resize(x: np.ndarray, factor: Fraction, kernel: str, antialiasing: bool) -> np.ndarray:
    """One line of samples, one output at a time, in the one-based coordinates of the original."""
    scale = 1 / factor
    stretch = float(factor) if antialiasing else 1.0
    out = np.zeros(math.ceil(len(x) * scale))
    for i in range(1, len(out) + 1):
        u = float(i / scale + Fraction(1, 2) * (1 - 1 / scale))
        first = math.floor(u - RADIUS[kernel] * stretch)
        weights, samples = [], []
        for j in range(first, first + math.ceil(2 * RADIUS[kernel] * stretch) + 2):
            weights.append(value(kernel, (u - j) / stretch))
            k = (j - 1) % (2 * len(x))
            samples.append(x[k] if k < len(x) else x[2 * len(x) - 1 - k])
        out[i - 1] = np.dot(weights, samples) / sum(weights)
    return out


@pytest.mark.parametrize("kernel", list(RADIUS))
@pytest.mark.parametrize("antialiasing", [True, False])
@pytest.mark.parametrize("factor", [1, 2, 3, 4, 6, 1.5, Fraction(4, 3)])
def test_against_a_slow_reference(kernel: Any, antialiasing: bool, factor: Any) -> None:
    x = normal(12)
    ours = DownsamplingMatlab(factor, kernel, antialiasing).A(x.expand(1, 1, 12, 12))[0, 0, 0]
    truth = slow_resize(x.numpy(), Fraction(factor), kernel, antialiasing)
    torch.testing.assert_close(ours, torch.as_tensor(truth))


def test_bicubic_weights_by_two_are_the_known_ones() -> None:
    # Cubic at (odd / 4), halved: -3, -9, 29, 111, 111, 29, -9, -3 over 256; the border repeats the last pixel.
    row = DownsamplingMatlab(2).A(torch.eye(16, dtype=torch.float64).reshape(16, 1, 1, 16).expand(16, 1, 2, 16))
    weights = row[:, 0, 0] * 256
    known = torch.tensor([-3, -9, 29, 111, 111, 29, -9, -3], dtype=torch.float64)
    torch.testing.assert_close(weights[3:11, 3], known)
    torch.testing.assert_close(weights[:5, 0], torch.tensor([111 + 29, 111 - 9, 29 - 3, -9, -3], dtype=torch.float64))


@pytest.mark.parametrize("factor", [2, 3, 4])
@pytest.mark.parametrize(("kernel", "filter_"), [("bicubic", 3), ("bilinear", 2), ("lanczos3", 1)])
def test_inside_it_is_pillows(factor: int, kernel: Any, filter_: int) -> None:
    x = normal(1, 1, 60, 48).float()
    ours = DownsamplingMatlab(factor, kernel).A(x)[0, 0]
    size = (48 // factor, 60 // factor)
    theirs = np.array(Image.fromarray(x[0, 0].numpy()).resize(size, Image.Resampling(filter_)))
    inside = (slice(4, -4), slice(4, -4))
    torch.testing.assert_close(ours[inside], torch.as_tensor(theirs)[inside], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.complex64])
@pytest.mark.parametrize(("factor", "kernel"), [(2, "bicubic"), (3, "bilinear"), (1.5, "lanczos2")])
def test_contract(factor: float, kernel: Any, dtype: torch.dtype) -> None:
    x = normal(2, 1, 6, 12).to(dtype)
    if dtype.is_complex:
        x = torch.complex(x.real, normal(2, 1, 6, 12, seed=1).to(x.real.dtype))
    physics = DownsamplingMatlab(factor, kernel, noise=GaussianNoise(0.1))
    require_operator(physics, x)


def test_a_constant_stays_and_a_ramp_stays_a_ramp_inside() -> None:
    physics = DownsamplingMatlab(4)
    torch.testing.assert_close(physics.A(torch.ones(1, 1, 16, 16)), torch.ones(1, 1, 4, 4))
    ramp = torch.arange(64.0).expand(1, 1, 64, 64)
    torch.testing.assert_close(physics.A(ramp)[0, 0, 0, 3:-3], 4 * torch.arange(3.0, 13.0) + 1.5)


def test_bad_arguments() -> None:
    with pytest.raises(ArgumentError, match="`factor` must be a number >= 1"):
        DownsamplingMatlab(0.5)
    with pytest.raises(ArgumentError, match="`kernel` must be one of bicubic"):
        DownsamplingMatlab(2, "cubic")  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match="whole when divided by 3"):
        DownsamplingMatlab(3).A(torch.zeros(1, 1, 9, 10))
    with pytest.raises(ShapeError, match="`x` must have shape"):
        DownsamplingMatlab(3).A(torch.zeros(9, 9))
