import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.generators import DownsamplingGenerator
from preimage.physics.kernels import bilinear_filter, sinc_filter
from tests.example import Example

EXAMPLES = {
    DownsamplingGenerator: [Example(DownsamplingGenerator)],
}


def test_filters_are_padded_around_their_origin(rng: torch.Generator) -> None:
    kernels = DownsamplingGenerator(3, ("bilinear", "sinc"))(20, rng)["kernel"]
    side = sinc_filter(3).shape[-1]
    padded = torch.zeros(1, 1, side, side)
    margin = (side - 5) // 2
    padded[..., margin:-margin, margin:-margin] = bilinear_filter(3)
    is_linear = [torch.allclose(kernel, padded[0]) for kernel in kernels]
    is_sinc = [torch.allclose(kernel, sinc_filter(3)[0]) for kernel in kernels]
    assert all(a != b for a, b in zip(is_linear, is_sinc, strict=True))
    assert 3 < sum(is_linear) < 17


def test_unknown_filters_are_named() -> None:
    with pytest.raises(ArgumentError, match="`filters` must be names among bicubic"):
        DownsamplingGenerator(2, ("lanczos",))
