"""Integer images are refused everywhere: weights would be cast to integers, and differences wrap."""

from functools import partial

import pytest
import torch

from preimage import physics
from preimage.errors import ShapeError
from preimage.fidelity import likelihood
from preimage.transform import gradient

KERNEL = torch.ones(1, 1, 3, 3) / 9


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int64])
@pytest.mark.parametrize(
    "measure",
    [
        physics.Decolorize().A, physics.DownsamplingMatlab(2).A, physics.Inpainting(torch.full((4, 4), 0.5)).A,
        physics.Blur(KERNEL).A, physics.BlurFFT(KERNEL).A, physics.Downsampling(KERNEL, 2).A, physics.Demosaicing().A,
        physics.CompressedSensing.random(5, (3, 4, 4)).A, gradient,
    ],
)  # fmt: skip
def test_integers_are_refused(measure, dtype):
    with pytest.raises(ShapeError, match=r"floats|must be real"):
        measure(torch.full((1, 3, 4, 4), 200, dtype=dtype))


@pytest.mark.parametrize(
    ("adjoint", "shape"),
    [
        (physics.Decolorize().A_adjoint, (1, 1, 4, 4)), (physics.Demosaicing().A_adjoint, (1, 1, 4, 4)),
        (physics.Denoising().A_adjoint, (1, 3, 4, 4)), (physics.Denoising().A, (1, 3, 4, 4)),
        (physics.Inpainting(torch.full((4, 4), 0.5)).A_adjoint, (1, 3, 4, 4)),
        (physics.DownsamplingMatlab(2).A_adjoint, (1, 3, 2, 2)),
        (physics.CompressedSensing.random(5, (3, 4, 4)).A_adjoint, (1, 5)),
        (partial(likelihood, physics.Denoising(physics.GaussianNoise(1.0))), (1, 1, 4, 4)),
    ],
)  # fmt: skip
def test_integer_measurements_are_refused(adjoint, shape):
    with pytest.raises(ShapeError, match=r"floats|must be real"):
        adjoint(torch.full(shape, 200, dtype=torch.uint8))
