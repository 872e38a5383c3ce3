import numpy as np
import pytest
import torch
from scipy.signal import convolve

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import GaussianNoise, LenslessCamera
from tests.example import Example, kernel, random

EXAMPLES = {
    LenslessCamera: [
        Example(lambda: LenslessCamera(kernel(5, 4), (6, 5), (6, 5), GaussianNoise(0.1)), (2, 3, 6, 5)),
        Example(lambda: LenslessCamera(random(2, 1, 3, 4), (4, 6), (5, 4)), (2, 1, 5, 4)),
        Example(lambda: LenslessCamera(kernel(2, 3, 3), (7, 8), (5, 6)), (3, 2, 5, 6)),
    ],
}


@pytest.mark.parametrize(
    ("shape", "taps", "sensor"), [((6, 5), (4, 7), (5, 4)), ((5, 8), (3, 3), (7, 10)), ((3, 4), (9, 8), (2, 1))]
)
def test_it_is_the_middle_of_the_whole_convolution(shape, taps, sensor, rng: torch.Generator) -> None:
    x = torch.randn(2, 2, *shape, generator=rng, dtype=torch.float64)
    psf = torch.rand(*taps, generator=rng, dtype=torch.float64)
    found = LenslessCamera(psf, sensor, shape).A(x)
    for sample in range(2):
        for channel in range(2):
            whole = convolve(x[sample, channel].numpy(), psf.numpy())
            first = [(have - size) // 2 for have, size in zip(whole.shape, sensor, strict=True)]
            middle = whole[first[0] : first[0] + sensor[0], first[1] : first[1] + sensor[1]]
            np.testing.assert_allclose(found[sample, channel].numpy(), middle, atol=1e-12)


def test_gradients_reach_the_pattern(rng: torch.Generator) -> None:
    x = torch.randn(2, 1, 4, 5, generator=rng, dtype=torch.float64)
    psf = torch.rand(3, 4, generator=rng, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda p: LenslessCamera(p, (3, 3), (4, 5)).A(x), (psf,))


def test_arguments_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`sensor` must be at most 6, what a scene of 4 pixels throws"):
        LenslessCamera(torch.ones(3, 3), (7, 3), (4, 5))
    with pytest.raises(ShapeError, match="`x` must be real and have shape"):
        LenslessCamera(torch.ones(3, 3), (3, 3), (4, 5)).A(torch.ones(1, 1, 5, 5))
    with pytest.raises(ShapeError, match="`psf` must be"):
        LenslessCamera(torch.ones(1, 1, 3, 3, 3), (3, 3), (4, 5))
