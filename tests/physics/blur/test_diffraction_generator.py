import math

import numpy as np
import pytest
import torch
from scipy import special

from preimage.errors import ArgumentError
from preimage.physics.blur.zernike import zernike
from preimage.physics.generators import DiffractionBlurGenerator
from tests.example import Example

EXAMPLES = {
    DiffractionBlurGenerator: [Example(lambda: DiffractionBlurGenerator(9))],
}


def test_a_perfect_lens_has_the_airy_pattern() -> None:
    cutoff, size = 0.3, 21
    kernel = DiffractionBlurGenerator(size, cutoff, amplitude=0.0)(1, dtype=torch.float64)["kernel"][0, 0].numpy()
    place = np.arange(size) - size // 2
    v = np.pi * cutoff * np.hypot(place[:, None], place[None, :])
    v[size // 2, size // 2] = 1e-9
    airy = (2 * special.j1(v) / v) ** 2
    np.testing.assert_allclose(kernel / kernel.max(), airy, atol=2e-3)


def test_kernels_are_those_of_wavefronts_drawn_one_by_one() -> None:
    size, cutoff, amplitude, indices = 8, 0.6, 0.2, (2, 5, 12)
    rng = torch.Generator().manual_seed(3)
    grid = (torch.arange(128, dtype=torch.float64) + 0.5) / 64 - 1
    radius, angle = torch.hypot(-grid[:, None], grid[None]), torch.atan2(-grid[:, None], grid[None])
    pixels = torch.arange(size, dtype=torch.float64) - size // 2
    lens = (1j * math.pi * cutoff * pixels[:, None] * grid[None]).exp()
    expected = []
    for _ in range(17):  # more than are worked on at a time
        weights = amplitude * torch.randn(3, generator=rng, dtype=torch.float64)
        waves = sum(w * zernike(j, radius, angle) for w, j in zip(weights, indices, strict=True))
        intensity = (lens @ ((radius <= 1) * (2j * math.pi * waves).exp()) @ lens.T).abs().square()
        expected.append((intensity / intensity.sum())[None])
    generator = DiffractionBlurGenerator(size, cutoff, amplitude, indices)
    found = generator(17, torch.Generator().manual_seed(3), torch.float64)["kernel"]
    torch.testing.assert_close(found, torch.stack(expected), rtol=1e-12, atol=1e-12)


def test_nothing_passes_beyond_the_cutoff(rng: torch.Generator) -> None:
    kernel = DiffractionBlurGenerator(101, 0.25, amplitude=0.05)(1, rng, dtype=torch.float64)["kernel"][0, 0]
    transfer = torch.fft.fft2(kernel).abs()
    frequency = torch.fft.fftfreq(101, dtype=torch.float64)
    radius = torch.hypot(frequency[:, None], frequency[None, :])
    assert transfer[radius > 0.27].max() < 5e-3
    assert transfer[radius < 0.1].min() > 0.05


def test_arguments_out_of_range_are_named() -> None:
    with pytest.raises(ArgumentError, match="`cutoff` must be in"):
        DiffractionBlurGenerator(9, 1.5)
