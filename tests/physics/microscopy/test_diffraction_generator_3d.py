import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.generators import ConfocalBlurGenerator3D, DiffractionBlurGenerator3D
from preimage.physics.microscopy import Microscope, confocal_psf
from tests.example import Example

LASER, DYE = Microscope(0.8, 0.488, 1.33, samples=24), Microscope(0.8, 0.61, 1.33, samples=24)
SHAPE, VOXEL = (3, 5, 5), (0.4, 0.1, 0.1)

EXAMPLES = {
    DiffractionBlurGenerator3D: [Example(lambda: DiffractionBlurGenerator3D(DYE, SHAPE, VOXEL))],
    ConfocalBlurGenerator3D: [Example(lambda: ConfocalBlurGenerator3D(LASER, DYE, SHAPE, VOXEL, 0.2))],
}


def test_without_amplitude_it_is_the_microscope() -> None:
    kernel = DiffractionBlurGenerator3D(DYE, SHAPE, VOXEL, 0.0)(2, dtype=torch.float64)["kernel"]
    torch.testing.assert_close(kernel, DYE.psf(SHAPE, VOXEL).expand(2, 1, *SHAPE))
    kernel = ConfocalBlurGenerator3D(LASER, DYE, SHAPE, VOXEL, 0.2, 0.0)(1, dtype=torch.float64)["kernel"]
    torch.testing.assert_close(kernel[0, 0], confocal_psf(LASER, DYE, SHAPE, VOXEL, 0.2))


def test_amplitudes_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`amplitude` must be at least 0"):
        DiffractionBlurGenerator3D(DYE, SHAPE, VOXEL, -0.1)
    with pytest.raises(ArgumentError, match="`pinhole` must be at least 0"):
        ConfocalBlurGenerator3D(LASER, DYE, SHAPE, VOXEL, -0.1)
