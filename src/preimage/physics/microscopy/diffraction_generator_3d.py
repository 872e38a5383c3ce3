"""Random point spread functions of aberrated microscopes."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage.physics.microscopy.fluorescence import confocal_psf
from preimage.physics.microscopy.microscope import Microscope
from preimage.physics.parameters.base import ParameterGenerator, normal

__all__ = ["ConfocalBlurGenerator3D", "DiffractionBlurGenerator3D"]

_ABERRATIONS = (5, 6, 7, 8, 9, 10, 11)  # astigmatism to spherical; defocus is a place in the stack


class DiffractionBlurGenerator3D(ParameterGenerator):
    """Kernels of a :class:`preimage.physics.microscopy.Microscope` with random aberrations: widefield.

    Coefficients of Zernike polynomials are independent and normal, added to those the microscope has.

    Args:
        microscope: the objective and the sample.
        shape: (D, H, W) of the kernels.
        voxel: the size of a voxel along each axis, in the unit of the wavelength, or one for all.
        amplitude: standard deviation of each coefficient in wavelengths, >= 0.
        indices: Noll's numbers of the random aberrations; by default astigmatism (5) to spherical (11).

    Shapes: ``kernel`` (B, 1, D, H, W).

    Raises:
        ArgumentError: a number is out of its range.
    """

    def __init__(
        self,
        microscope: Microscope,
        shape: tuple[int, int, int],
        voxel: float | tuple[float, ...],
        amplitude: float = 0.05,
        indices: Sequence[int] = _ABERRATIONS,
    ) -> None:
        super().__init__()
        check_level("amplitude", amplitude, "zero is the microscope as it is", zero=True)
        self.microscope = microscope
        self.shape = shape
        self.voxel = voxel
        self.amplitude = amplitude
        self.indices = indices

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """A random kernel, as the parameter ``kernel``."""
        aberrated = with_aberrations(self.microscope, self.amplitude * normal(len(self.indices), rng), self.indices)
        return {"kernel": aberrated.psf(self.shape, self.voxel)[None]}


class ConfocalBlurGenerator3D(ParameterGenerator):
    """Kernels of a confocal microscope with random aberrations, of the laser's light and of what comes back.

    Aberrations are the same lengths for both: coefficients in wavelengths of the emission go with the ratio of the
    wavelengths for the excitation.

    Args:
        excitation: the objective at the wavelength of the laser.
        emission: the objective at the wavelength of the dye.
        shape: (D, H, W) of the kernels.
        voxel: the size of a voxel along each axis, in the unit of the wavelengths, or one for all.
        pinhole: its radius in the plane of the sample, >= 0; 0 is a point.
        amplitude: standard deviation of each coefficient, from astigmatism (Noll's 5) to spherical (11), in wavelengths
            of the emission, >= 0.

    Shapes: ``kernel`` (B, 1, D, H, W).

    Raises:
        ArgumentError: a number is out of its range.
    """

    def __init__(
        self,
        excitation: Microscope,
        emission: Microscope,
        shape: tuple[int, int, int],
        voxel: float | tuple[float, ...],
        pinhole: float = 0.0,
        amplitude: float = 0.05,
    ) -> None:
        super().__init__()
        check_level("amplitude", amplitude, "zero is the microscope as it is", zero=True)
        check_level("pinhole", pinhole, "give its radius in the plane of the sample", zero=True)
        self.excitation = excitation
        self.emission = emission
        self.shape = shape
        self.voxel = voxel
        self.pinhole = pinhole
        self.amplitude = amplitude

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """A random kernel, as the parameter ``kernel``."""
        waves = self.amplitude * normal(len(_ABERRATIONS), rng)
        seen = with_aberrations(self.emission, waves, _ABERRATIONS)
        ratio = float(self.emission.wavelength) / float(self.excitation.wavelength)
        lit = with_aberrations(self.excitation, ratio * waves, _ABERRATIONS)
        return {"kernel": confocal_psf(lit, seen, self.shape, self.voxel, self.pinhole)[None]}


def with_aberrations(microscope: Microscope, waves: Tensor, indices: Sequence[int]) -> Microscope:
    """The microscope with further aberrations ``waves`` (J,) of the polynomials ``indices``."""
    return replace(
        microscope,
        aberrations=torch.cat([microscope.aberrations.to(waves), waves]),
        indices=(*microscope.indices, *indices),
    )
