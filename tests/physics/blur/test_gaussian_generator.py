import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.generators import GaussianBlurGenerator
from preimage.physics.kernels import gaussian_blur
from tests.example import Example

EXAMPLES = {
    GaussianBlurGenerator: [Example(lambda: GaussianBlurGenerator(9))],
}


def test_a_range_of_one_width_is_the_gaussian(rng: torch.Generator) -> None:
    kernels = GaussianBlurGenerator(15, (2.0, 2.0))(3, rng)["kernel"]
    torch.testing.assert_close(kernels, gaussian_blur(2.0, size=15).expand(3, 1, 15, 15))


def test_isotropic_kernels_are_symmetric_and_widths_fill_the_range(rng: torch.Generator) -> None:
    kernels = GaussianBlurGenerator(25, (1.0, 2.0), isotropic=True)(50, rng, dtype=torch.float64)["kernel"]
    torch.testing.assert_close(kernels, kernels.mT)
    place = torch.arange(25, dtype=torch.float64) - 12
    widths = (kernels.sum((1, 2)) @ place**2).sqrt()
    assert 1.0 <= widths.min() < 1.2
    assert 1.8 < widths.max() <= 2.01


def test_a_range_upside_down_is_named() -> None:
    with pytest.raises(ArgumentError, match="`sigma` must be a pair"):
        GaussianBlurGenerator(9, (2.0, 1.0))
